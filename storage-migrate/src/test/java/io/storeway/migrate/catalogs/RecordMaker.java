package io.storeway.migrate.catalogs;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.layout.KeyValueLayout.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes records of a type that both layouts can hold. */
final class RecordMaker {

    private final TypeSpec spec;
    private final EntityType<Row> type;
    private final Dice dice;

    RecordMaker(TypeSpec spec, Catalog catalog, Dice dice) {
        this.spec = spec;
        this.type = typeOf(catalog, spec.name());
        this.dice = dice;
    }

    @SuppressWarnings("unchecked") // The generator's types are types of rows.
    static EntityType<Row> typeOf(Catalog catalog, String name) {
        return (EntityType<Row>) catalog.type(name);
    }

    EntityType<Row> type() {
        return type;
    }

    /** Whether a record is named by values that it brings along. */
    boolean named() {
        return type.position().filter(type.identity()::contains).isEmpty() && !history();
    }

    boolean history() {
        return spec.fields().stream().anyMatch(field -> field.spot().place() == FieldSpec.Place.CONTENT_ID);
    }

    /** Records that the engines may refuse, but not for their layouts. */
    List<Row> rows(int most) {
        List<Row> rows = new ArrayList<>();
        for (int i = dice.between(1, most); i > 0; i--) {
            rows.add(row(null));
        }
        return rows;
    }

    /** Records of one partition. */
    List<Row> rowsIn(Key partition, int least, int most) {
        List<Row> rows = new ArrayList<>();
        for (int i = dice.between(least, most); i > 0; i--) {
            rows.add(row(partition));
        }
        return rows;
    }

    Key partition() {
        return key(spec.shape() == Shape.OBJECT ? spec.identity() : spec.partition());
    }

    Key key() {
        List<String> names = new ArrayList<>(spec.partition());
        names.addAll(spec.identity());
        return key(names);
    }

    private Key key(List<String> names) {
        return new Key(
                names.stream().map(name -> dice.one(spec.field(name).pool())).toList());
    }

    private Row row(@Nullable Key partition) {
        @Nullable Object[] values = new @Nullable Object[spec.fields().size()];
        boolean integer = false;
        for (int i = 0; i < values.length; i++) {
            FieldSpec field = spec.fields().get(i);
            values[i] = value(field, integer);
            if (field.spot().place() == FieldSpec.Place.ELEMENT) {
                integer = String.valueOf(values[i]).matches("-?(0|[1-9][0-9]*)");
            }
        }
        for (int i = 0; partition != null && i < partition.values().size(); i++) {
            values[type.partitionKey().get(i).index()] = partition.values().get(i);
        }
        return Row.of(type, values);
    }

    private @Nullable Object value(FieldSpec field, boolean integer) {
        return switch (field.spot().place()) {
            case CONSTANT, NOT_CARRIED -> field.defaultValue();
            case ELEMENT_IS_NUMBER -> (integer && dice.percent(50)) ? true : null;
            default -> {
                boolean missing = dice.percent(field.nullable() ? 30 : spec.inKey(field.name()) ? 0 : 1);
                yield missing ? null : dice.one(field.pool());
            }
        };
    }
}
