package io.storeway.migrate.catalogs;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.FieldType.Kind;
import io.storeway.OnDelete;
import io.storeway.Row;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.migrate.catalogs.FieldSpec.Place;
import io.storeway.migrate.catalogs.FieldSpec.Spot;
import io.storeway.migrate.catalogs.TypeSpec.Link;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The next version of a catalog, and what becomes of the records of the one before. */
final class Evolution {

    private final Dice dice;
    private final List<TypeSpec> next = new ArrayList<>();
    /** What each field was called before, by type and name; nothing for a new one. */
    private final Map<String, String> before = new HashMap<>();

    private final List<String> changes = new ArrayList<>();
    private int fresh;
    private boolean sideBySide = true;

    private Evolution(Dice dice) {
        this.dice = dice;
    }

    static Evolution of(CatalogSpec spec, long seed) {
        Evolution evolution = new Evolution(new Dice(seed));
        spec.types().forEach(type -> evolution.next.add(evolution.changed(type)));
        return evolution;
    }

    CatalogSpec spec() {
        return new CatalogSpec(next);
    }

    /** Whether code of both versions may write at one time: no more than fields that may be missing came or went. */
    boolean sideBySide() {
        return sideBySide;
    }

    private void apart(String change) {
        changes.add(change);
        sideBySide = false;
    }

    @Override
    public String toString() {
        return changes.toString();
    }

    /** The record as the next version reads it. */
    Row carried(Row old, EntityType<Row> type) {
        @Nullable Object[] values = new @Nullable Object[type.fields().size()];
        for (Field<?, ?> field : type.fields()) {
            String name = field.name().equals(EntityType.POSITION)
                    ? field.name()
                    : before.get(type.name() + "." + field.name());
            Object value = name == null ? field.defaultValue() : old.get(name);
            values[field.index()] =
                    value instanceof Integer number && field.type().kind() == Kind.LONG ? Long.valueOf(number) : value;
        }
        return Row.of(type, values);
    }

    private TypeSpec changed(TypeSpec type) {
        type.fields().forEach(field -> before.put(type.name() + "." + field.name(), field.name()));
        boolean history = type.fields().stream().anyMatch(field -> field.spot().place() == Place.CONTENT_ID);
        TypeSpec changed = type;
        for (int i = history ? 0 : dice.between(0, 3); i > 0; i--) {
            changed = once(changed);
        }
        return changed;
    }

    private TypeSpec once(TypeSpec type) {
        List<FieldSpec> free = type.fields().stream()
                .filter(field -> field.free() && !type.inKey(field.name()))
                .filter(field ->
                        !field.name().equals(type.expiry()) && !field.name().equals(type.version()))
                .toList();
        FieldSpec one = free.isEmpty() ? null : dice.one(free);
        return switch (dice.below(9)) {
            case 0, 1 -> type.shape() == Shape.ARRAY_OF_SCALARS ? type : added(type);
            case 2 -> one == null ? type : renamed(type, one);
            case 3 -> one == null ? type : dropped(type, one);
            case 4 -> indexed(type);
            case 5 -> uniquely(type);
            case 6 -> one == null ? type : widened(type, one);
            case 7 -> one == null ? type : ruled(type, one);
            default -> referring(type);
        };
    }

    private TypeSpec replacing(TypeSpec type, FieldSpec old, @Nullable FieldSpec other) {
        List<FieldSpec> fields = new ArrayList<>();
        type.fields().forEach(field -> {
            if (!field.name().equals(old.name())) {
                fields.add(field);
            } else if (other != null) {
                fields.add(other);
            }
        });
        return type.with(fields, type.unique(), type.indexes(), type.formerColumns());
    }

    private TypeSpec added(TypeSpec type) {
        String name = "added" + fresh++;
        FieldType kind = dice.one(List.of(
                FieldType.TEXT,
                FieldType.BOOLEAN,
                FieldType.INTEGER,
                FieldType.LONG,
                FieldType.DOUBLE,
                FieldType.DATE,
                FieldType.BYTES,
                FieldType.JSON,
                FieldType.decimal(9, 3),
                FieldType.decimal(30, 3),
                FieldType.instant(FieldType.TimeUnit.MILLIS),
                FieldType.listOf(FieldType.TEXT)));
        FieldSpec field = FieldSpec.of(name, kind, Pools.of(kind, 4, dice));
        int which = dice.below(3);
        // A blob can't tell missing JSON from null where there is a default value.
        if (which == 0 || (which == 2 && kind.kind() != Kind.JSON)) {
            field = field.optional();
        }
        if (which > 0) {
            field = field.defaulting(dice.one(field.pool()));
        }
        if (kind.ordered() && dice.percent(25)) {
            field = field.allowing(field.pool());
        }
        changes.add(type.name() + " adds " + field);
        sideBySide &= which > 0 || field.nullable();
        List<FieldSpec> fields = new ArrayList<>(type.fields());
        fields.add(dice.below(fields.size() + 1), field);
        List<List<String>> indexes = new ArrayList<>(type.indexes());
        if (kind.ordered() && dice.percent(25)) {
            indexes.add(List.of(name));
        }
        return type.with(fields, type.unique(), indexes, type.formerColumns());
    }

    private TypeSpec renamed(TypeSpec type, FieldSpec field) {
        boolean referring =
                type.references().stream().anyMatch(link -> link.field().equals(field.name()));
        if (field.spot().former() != null || referring || before.get(type.name() + "." + field.name()) == null) {
            return type;
        }
        String name = "renamed" + fresh++;
        String column = type.build(targets()).sql().columns().get(type.fields().indexOf(field));
        apart(type.name() + " renames " + field.name() + " to " + name);
        before.put(type.name() + "." + name, before.remove(type.name() + "." + field.name()));
        Spot spot = field.spot();
        String path = spot.path() == null ? field.name() : spot.path();
        FieldSpec other = field.named(name)
                .inColumn(null)
                .lying(type.template() == null ? spot : new Spot(Place.PLAIN, null, path, spot.form(), spot.plus()));
        Map<String, String> former = new HashMap<>(type.formerColumns());
        former.put(name, column);
        TypeSpec replaced = replacing(type, field, other);
        return replaced.with(
                replaced.fields(), renamed(type.unique(), field, name), renamed(type.indexes(), field, name), former);
    }

    private static List<List<String>> renamed(List<List<String>> keys, FieldSpec field, String name) {
        return keys.stream()
                .map(key -> key.stream()
                        .map(each -> each.equals(field.name()) ? name : each)
                        .toList())
                .toList();
    }

    /** The types before, built anew, for the names of their columns. */
    private Map<String, EntityType<Row>> targets() {
        Map<String, EntityType<Row>> targets = new HashMap<>();
        next.forEach(type -> targets.put(type.name(), type.build(targets)));
        return targets;
    }

    private TypeSpec dropped(TypeSpec type, FieldSpec field) {
        boolean used = type.unique().stream().anyMatch(key -> key.contains(field.name()))
                || type.references().stream().anyMatch(link -> link.field().equals(field.name()));
        if (used || type.fields().size() < 2) {
            return type;
        }
        changes.add(type.name() + " drops " + field.name());
        sideBySide &= field.nullable() || field.defaultValue() != null;
        Map<String, String> former = new HashMap<>(type.formerColumns());
        former.remove(field.name());
        TypeSpec replaced = replacing(type, field, null);
        return replaced.with(
                replaced.fields(),
                type.unique(),
                type.indexes().stream()
                        .filter(index -> !index.contains(field.name()))
                        .toList(),
                former);
    }

    private TypeSpec indexed(TypeSpec type) {
        List<List<String>> indexes = new ArrayList<>(type.indexes());
        if (!indexes.isEmpty() && dice.percent(50)) {
            changes.add(type.name() + " drops index " + indexes.remove(0));
        } else {
            List<String> index = dice.some(
                    type.fields().stream()
                            .filter(field -> field.type().ordered())
                            .map(FieldSpec::name)
                            .toList(),
                    dice.between(1, 2));
            if (!indexes.contains(index) && !type.unique().contains(index)) {
                changes.add(type.name() + " adds index " + index);
                indexes.add(index);
            }
        }
        return type.with(type.fields(), type.unique(), indexes, type.formerColumns());
    }

    private TypeSpec uniquely(TypeSpec type) {
        List<List<String>> unique = new ArrayList<>(type.unique());
        if (!unique.isEmpty()) {
            apart(type.name() + " drops unique " + unique.remove(0));
        } else if (!type.identity().isEmpty()) {
            List<String> key = new ArrayList<>(type.identity());
            key.addAll(type.partition());
            apart(type.name() + " adds unique " + key);
            unique.add(key);
        }
        return type.with(type.fields(), unique, type.indexes(), type.formerColumns());
    }

    private TypeSpec widened(TypeSpec type, FieldSpec field) {
        boolean plain = field.allowed().isEmpty()
                && field.bounds().isEmpty()
                && field.defaultValue() == null
                && type.references().stream().noneMatch(link -> link.field().equals(field.name()));
        FieldSpec other = field;
        if (dice.percent(30) && !field.nullable()) {
            other = field.optional();
        } else if (field.type().equals(FieldType.INTEGER) && plain) {
            other = field.typed(FieldType.LONG)
                    .holding(field.pool().stream()
                            .<Object>map(value -> Long.valueOf((Integer) value))
                            .toList());
        } else if (field.type().kind() == Kind.DECIMAL && plain && field.type().precision() <= 15) {
            int scale = field.type().scale() + dice.below(3);
            FieldType wider = FieldType.decimal(field.type().precision() + 2, scale);
            other = field.typed(wider)
                    .holding(field.pool().stream()
                            .<Object>map(value -> ((BigDecimal) value).setScale(scale))
                            .toList());
        }
        apart(type.name() + " widens " + field.name() + " " + field.type() + " to " + other.type()
                + (other.nullable() ? " nullable" : ""));
        return replacing(type, field, other);
    }

    private TypeSpec ruled(TypeSpec type, FieldSpec field) {
        if (!field.type().ordered()) {
            return type;
        }
        List<Object> sorted = new ArrayList<>(field.pool());
        sorted.sort(field.type()::compare);
        boolean ruled = !field.allowed().isEmpty() || !field.bounds().isEmpty();
        FieldSpec other = ruled
                ? field.allowing(List.of())
                : dice.percent(50)
                        ? field.allowing(field.pool())
                        : field.between(List.of(sorted.get(0), sorted.get(sorted.size() - 1)));
        apart(type.name() + " has " + other);
        return replacing(type, field, other);
    }

    private TypeSpec referring(TypeSpec type) {
        List<Link> links = new ArrayList<>(type.references());
        if (!links.isEmpty()) {
            Link link = links.remove(dice.below(links.size()));
            if (dice.percent(60)) {
                links.add(new Link(
                        link.field(),
                        link.target(),
                        link.onDelete() == OnDelete.CASCADE ? OnDelete.RESTRICT : OnDelete.CASCADE));
            }
            apart(type.name() + " refers by " + links);
        }
        return new TypeSpec(
                type.name(),
                type.fields(),
                type.partition(),
                type.identity(),
                type.onePartition(),
                type.ordered(),
                type.expiry(),
                type.version(),
                type.unique(),
                links,
                type.template(),
                type.shape(),
                type.table(),
                type.indexes(),
                type.formerColumns());
    }
}
