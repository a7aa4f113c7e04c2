package io.storeway.migrate.catalogs;

import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Row;
import io.storeway.Sort;
import java.util.ArrayList;
import java.util.List;

/** Random conditions and orders over the fields of a type. */
final class Conditions {

    private final TypeSpec spec;
    private final EntityType<Row> type;
    private final Dice dice;
    private final StringBuilder text = new StringBuilder();

    Conditions(TypeSpec spec, EntityType<Row> type, Dice dice) {
        this.spec = spec;
        this.type = type;
        this.dice = dice;
    }

    /** What was made so far. */
    String text() {
        return text.toString();
    }

    Condition<Row> any(int depth) {
        int which = dice.below(depth == 0 ? 4 : 7);
        if (which < 4) {
            return leaf();
        }
        text.append(which == 4 ? "not(" : which == 5 ? "and(" : "or(");
        Condition<Row> first = any(depth - 1);
        Condition<Row> made =
                which == 4 ? first.not() : which == 5 ? first.and(any(depth - 1)) : first.or(any(depth - 1));
        text.append(')');
        return made;
    }

    private Condition<Row> leaf() {
        FieldSpec field = dice.one(spec.fields());
        Field<Row, Object> of = of(field.name());
        if (dice.percent(12)) {
            text.append(field.name()).append(" is null ");
            return of.isNull();
        }
        Object value = value(field);
        Object other = value(field);
        int which = dice.below(
                field.type().kind() == FieldType.Kind.TEXT ? 10 : field.type().ordered() ? 8 : 3);
        text.append(field.name())
                .append(List.of(
                                " = ",
                                " != ",
                                " in ",
                                " < ",
                                " <= ",
                                " > ",
                                " >= ",
                                " between ",
                                " starts ",
                                " contains ")
                        .get(which))
                .append(Texts.of(value))
                .append(which == 2 || which == 7 ? " " + Texts.of(other) : "")
                .append(' ');
        return switch (which) {
            case 0 -> of.eq(value);
            case 1 -> of.ne(value);
            case 2 -> of.in(List.of(value, other));
            case 3 -> of.lt(value);
            case 4 -> of.le(value);
            case 5 -> of.gt(value);
            case 6 -> of.ge(value);
            case 7 -> of.between(value, other);
            case 8 -> of.startsWith(part((String) value));
            default -> of.contains(part((String) value));
        };
    }

    private Object value(FieldSpec field) {
        return dice.percent(85)
                ? dice.one(field.pool())
                : Pools.of(field.type(), 1, dice).get(0);
    }

    private static String part(String of) {
        return of.isEmpty() ? of : of.substring(0, of.offsetByCodePoints(0, 1));
    }

    List<Sort<Row>> order() {
        List<Sort<Row>> order = new ArrayList<>();
        List<FieldSpec> sortable =
                spec.fields().stream().filter(field -> field.type().ordered()).toList();
        for (FieldSpec field : dice.some(sortable, dice.below(3))) {
            boolean descending = dice.percent(50);
            text.append(descending ? " desc " : " asc ").append(field.name());
            order.add(
                    descending
                            ? of(field.name()).descending()
                            : of(field.name()).ascending());
        }
        return order;
    }

    @SuppressWarnings("unchecked") // The values of the pool are values of the field.
    private Field<Row, Object> of(String name) {
        return (Field<Row, Object>) type.field(name);
    }
}
