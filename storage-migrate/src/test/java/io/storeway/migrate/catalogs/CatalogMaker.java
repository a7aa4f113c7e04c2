package io.storeway.migrate.catalogs;

import io.storeway.FieldType;
import io.storeway.FieldType.Kind;
import io.storeway.FieldType.TimeUnit;
import io.storeway.OnDelete;
import io.storeway.layout.KeyValueLayout.Form;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.migrate.catalogs.FieldSpec.Place;
import io.storeway.migrate.catalogs.FieldSpec.Spot;
import io.storeway.migrate.catalogs.TypeSpec.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Thinks up catalogs by seed: every kind of field, key, layout, rule and name that a catalog can have. */
final class CatalogMaker {

    /** How the records of a type lie in blobs. */
    private enum Way {
        OBJECTS,
        ARRAYS,
        SCALARS,
        WHOLE_ARRAY,
        WHOLE_SCALARS,
        LIST,
        HISTORY
    }

    /** Names that engines may mistake for something else, take for equal, or cut off. */
    private static final List<String> WORDS = List.of("""
            order select group user Users table values key index check default primary value row rownum
            rowid limit offset end camelCase HTTPServer2 x t1 kv a_b a_b_c a b id name type count year date
            timestamp interval left full natural collate glob old new with true_ null_ each ordinality
            an_extraordinarily_long_name_that_ends_at_the_limit_of_63_chars
            an_extraordinarily_long_name_that_begins_as_another_one_does_63
            """.strip().split("\\s+"));

    private static final List<FieldType> KEY_TYPES = List.of(
            FieldType.TEXT,
            FieldType.TEXT,
            FieldType.TEXT,
            FieldType.INTEGER,
            FieldType.LONG,
            FieldType.BOOLEAN,
            FieldType.DATE,
            FieldType.decimal(6, 2),
            FieldType.decimal(25, 5),
            FieldType.instant(TimeUnit.SECONDS),
            FieldType.instant(TimeUnit.MICROS));

    private final Dice dice;
    private final List<TypeSpec> made = new ArrayList<>();
    /** SQLite keeps one name for itself. */
    private final Set<String> typeNames = new HashSet<>(Set.of("old"));

    private CatalogMaker(Dice dice) {
        this.dice = dice;
    }

    static CatalogSpec make(long seed) {
        CatalogMaker maker = new CatalogMaker(new Dice(seed));
        int types = maker.dice.between(1, 3);
        for (int i = 0; i < types; i++) {
            maker.made.add(maker.type(i));
        }
        return new CatalogSpec(maker.made);
    }

    private String word(Set<String> taken) {
        for (; ; ) {
            String word = dice.one(WORDS);
            if (taken.add(word.toLowerCase(Locale.ROOT).replace("_", ""))) {
                return word;
            }
        }
    }

    private String typeName() {
        if (!made.isEmpty() && dice.percent(6)) {
            TypeSpec other = dice.one(made);
            String near = other.name()
                    + dice.one(List.of("_pk", "_ix", "_" + other.fields().get(0).name() + "_uq"));
            if (near.length() < 60
                    && typeNames.add(near.toLowerCase(Locale.ROOT).replace("_", ""))) {
                return near;
            }
        }
        return word(typeNames);
    }

    private FieldType anyType() {
        FieldType scalar = switch (dice.below(10)) {
            case 0 -> FieldType.BOOLEAN;
            case 1 -> FieldType.INTEGER;
            case 2 -> FieldType.LONG;
            case 3 -> {
                int precision = dice.between(1, 38);
                yield FieldType.decimal(precision, dice.between(0, precision));
            }
            case 4 -> FieldType.DOUBLE;
            case 5 -> FieldType.instant(dice.one(List.of(TimeUnit.values())));
            case 6 -> FieldType.DATE;
            case 7 -> FieldType.BYTES;
            default -> FieldType.TEXT;
        };
        return dice.percent(10) ? FieldType.listOf(scalar) : dice.percent(8) ? FieldType.JSON : scalar;
    }

    private TypeSpec type(int number) {
        String name = typeName();
        Way way = dice.one(List.of(Way.values()));
        Set<String> names = new HashSet<>(Set.of("position"));
        List<FieldSpec> fields = new ArrayList<>();
        List<String> partition = new ArrayList<>();
        List<String> identity = new ArrayList<>();
        boolean whole = way == Way.WHOLE_ARRAY || way == Way.WHOLE_SCALARS;
        boolean ordered = way == Way.LIST || way == Way.HISTORY || (way != Way.OBJECTS && dice.percent(30));
        List<Link> links = new ArrayList<>();

        if (!whole && way != Way.OBJECTS) {
            for (int i = dice.percent(70) ? 1 : dice.between(2, 3); i > 0; i--) {
                FieldSpec field = keyField(word(names), partition.isEmpty(), links);
                fields.add(field);
                partition.add(field.name());
            }
        }
        if (way == Way.OBJECTS || way == Way.ARRAYS || way == Way.WHOLE_ARRAY) {
            for (int i = dice.percent(75) ? 1 : dice.between(2, 3); i > 0; i--) {
                FieldSpec field = keyField(word(names), identity.isEmpty(), links);
                fields.add(field);
                identity.add(field.name());
            }
        }
        boolean scalars = way == Way.SCALARS || way == Way.WHOLE_SCALARS || (way == Way.LIST && dice.percent(50));
        if (scalars) {
            element(fields, identity, names, way);
        } else {
            if (way == Way.HISTORY) {
                String id = word(names);
                fields.add(FieldSpec.of(id, FieldType.TEXT, List.of("")).lying(Spot.at(Place.CONTENT_ID)));
                identity.add(id);
            }
            for (int i = dice.between(way == Way.LIST || way == Way.HISTORY ? 1 : 0, 5); i > 0; i--) {
                fields.add(extra(word(names), links));
            }
        }
        boolean oneRecord = way == Way.OBJECTS;
        Special special = scalars ? new Special(null, null) : special(way, fields, names);
        TypeSpec plain = new TypeSpec(
                name,
                fields,
                oneRecord ? List.of() : partition,
                identity,
                whole,
                ordered,
                special.expiry(),
                special.version(),
                List.of(),
                links,
                null,
                oneRecord ? Shape.OBJECT : scalars ? Shape.ARRAY_OF_SCALARS : Shape.ARRAY_OF_OBJECTS,
                null,
                List.of(),
                Map.of());
        return ruled(new LayoutMaker(dice).laidOut(plain, number), names);
    }

    /** The fields that say when a record expires and which version it has, if there are such. */
    private record Special(
            @Nullable String expiry, @Nullable String version) {}

    /** Adds fields that the layouts treat in ways of their own. */
    private Special special(Way way, List<FieldSpec> fields, Set<String> names) {
        String expiry = null;
        String version = null;
        if (dice.percent(15)) {
            FieldSpec end = FieldSpec.of(
                            word(names),
                            FieldType.instant(dice.one(List.of(TimeUnit.SECONDS, TimeUnit.MILLIS))),
                            Pools.of(FieldType.instant(TimeUnit.SECONDS), 4, dice))
                    .optional();
            boolean beside = way == Way.OBJECTS && dice.percent(40);
            fields.add(beside ? end.lying(Spot.at(Place.EXPIRY)) : end);
            expiry = end.name();
        }
        if (way != Way.HISTORY && dice.percent(15)) {
            FieldSpec counter = FieldSpec.of(word(names), FieldType.LONG, List.of(0L, 1L, 2L));
            fields.add(counter);
            version = counter.name();
        }
        if (dice.percent(12)) {
            List<Object> pool = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                pool.add(Pools.object(dice, 1, "~ " + dice.one(List.of("x", "é", "__storeway", "'"))));
            }
            fields.add(FieldSpec.of(word(names), FieldType.JSON, pool)
                    .optional()
                    .lying(Spot.at(way == Way.OBJECTS && dice.percent(40) ? Place.METADATA : Place.REST)));
        }
        if (dice.percent(12)) {
            FieldSpec constant = extra(word(names), new ArrayList<>());
            if (constant.free()) {
                Object value = dice.one(constant.pool());
                FieldSpec fixed = FieldSpec.of(constant.name(), constant.type(), List.of(value))
                        .defaulting(value)
                        .lying(Spot.at(dice.percent(50) ? Place.CONSTANT : Place.NOT_CARRIED));
                fields.add(fixed);
            }
        }
        return new Special(expiry, version);
    }

    private FieldSpec keyField(String name, boolean first, List<Link> links) {
        if (first && dice.percent(20)) {
            FieldSpec target = referTo(name, links, OnDelete.CASCADE);
            if (target != null) {
                return target;
            }
        }
        FieldType type = dice.one(KEY_TYPES);
        return FieldSpec.of(name, type, Pools.of(type, 5, dice));
    }

    /** A field with the key of a type that is there; null if there is none with one field as its key. */
    private @Nullable FieldSpec referTo(String name, List<Link> links, @Nullable OnDelete wanted) {
        List<TypeSpec> targets = made.stream().filter(CatalogMaker::referable).toList();
        if (targets.isEmpty()) {
            return null;
        }
        TypeSpec target = dice.one(targets);
        FieldSpec key = target.field(Stream.concat(target.partition().stream(), target.identity().stream())
                .findFirst()
                .orElseThrow());
        // Engines differ in what a record does that one reference lets go and another one forbids to go.
        OnDelete onDelete = links.stream()
                .filter(link -> link.target().equals(target.name()))
                .map(Link::onDelete)
                .findFirst()
                .orElse(wanted != null && dice.percent(60) ? wanted : dice.one(List.of(OnDelete.values())));
        links.add(new Link(name, target.name(), onDelete));
        return FieldSpec.of(name, key.type(), key.pool());
    }

    static boolean referable(TypeSpec type) {
        return type.partition().size() + type.identity().size() == 1
                && !(type.ordered() && type.identity().isEmpty())
                && type.fields().stream()
                        .noneMatch(field -> field.spot().place() == Place.EXPIRY
                                || field.spot().place() == Place.CONTENT_ID);
    }

    private FieldSpec extra(String name, List<Link> links) {
        if (dice.percent(20)) {
            FieldSpec target = referTo(name, links, null);
            if (target != null) {
                return dice.percent(70) ? target.optional() : target;
            }
        }
        FieldType type = anyType();
        FieldSpec field = FieldSpec.of(name, type, Pools.of(type, 6, dice));
        if (dice.percent(45)) {
            field = field.optional();
        }
        if (dice.percent(20) && !(field.nullable() && type.kind() == Kind.JSON)) {
            field = field.defaulting(dice.one(field.pool()));
        }
        if (type.ordered() && dice.percent(15)) {
            field = dice.percent(50) ? field.allowing(choices(field)) : field.between(bounds(field));
        }
        return field;
    }

    /** Some values, and the default one. */
    private List<Object> choices(FieldSpec field) {
        List<Object> choices = new ArrayList<>(dice.some(field.pool(), dice.between(1, 5)));
        if (field.defaultValue() != null && !choices.contains(field.defaultValue())) {
            choices.add(field.defaultValue());
        }
        return choices;
    }

    private List<Object> bounds(FieldSpec field) {
        Object one = field.defaultValue() == null ? dice.one(field.pool()) : field.defaultValue();
        Object other = dice.one(field.pool());
        return field.type().compare(one, other) <= 0 ? List.of(one, other) : List.of(other, one);
    }

    private void element(List<FieldSpec> fields, List<String> identity, Set<String> names, Way way) {
        String name = word(names);
        boolean either = dice.percent(25);
        FieldType type = either ? FieldType.TEXT : dice.one(KEY_TYPES);
        List<Object> pool = either ? List.of("1", "-20", "0", "007", "x", "", "1e3") : Pools.of(type, 6, dice);
        Spot spot = new Spot(
                Place.ELEMENT,
                null,
                null,
                either ? Form.STRING_OR_INTEGER : LayoutMaker.form(type, dice),
                Duration.ZERO);
        fields.add(FieldSpec.of(name, type, pool).lying(spot));
        if (way != Way.LIST) {
            identity.add(name);
        }
        if (either && dice.percent(70)) {
            fields.add(FieldSpec.of(word(names), FieldType.BOOLEAN, List.of(true))
                    .optional()
                    .lying(Spot.at(Place.ELEMENT_IS_NUMBER)));
        }
    }

    /** The type with names for table and columns, unique keys, indexes, and references to itself. */
    private TypeSpec ruled(TypeSpec type, Set<String> names) {
        List<FieldSpec> fields = new ArrayList<>(type.fields());
        List<Link> links = new ArrayList<>(type.references());
        if (type.shape() == Shape.OBJECT && referable(type) && dice.percent(20)) {
            FieldSpec key = type.field(type.identity().get(0));
            FieldSpec self = FieldSpec.of(word(names), key.type(), key.pool()).optional();
            fields.add(self);
            links.add(new Link(self.name(), type.name(), dice.one(List.of(OnDelete.values()))));
        }
        fields.replaceAll(field -> dice.percent(12) ? field.inColumn(column(names)) : field);
        List<List<String>> unique = new ArrayList<>();
        List<String> keyable = fields.stream()
                .filter(field -> field.type().ordered() && field.spot().place() != Place.CONTENT_ID)
                .map(FieldSpec::name)
                .toList();
        if (!keyable.isEmpty() && dice.percent(35)) {
            unique.add(dice.some(keyable, dice.between(1, 3)));
        }
        List<List<String>> indexes = new ArrayList<>();
        for (int i = dice.below(3); i > 0; i--) {
            List<String> index = dice.some(keyable, dice.between(1, 3));
            if (!index.isEmpty() && !indexes.contains(index) && !unique.contains(index)) {
                indexes.add(index);
            }
        }
        return new TypeSpec(
                type.name(),
                fields,
                type.partition(),
                type.identity(),
                type.onePartition(),
                type.ordered(),
                type.expiry(),
                type.version(),
                unique,
                links,
                type.template(),
                type.shape(),
                dice.percent(15) ? table() : null,
                indexes,
                Map.of());
    }

    private String table() {
        String name = word(typeNames);
        return dice.percent(30) ? "_" + name.substring(0, Math.min(62, name.length())) : name;
    }

    private String column(Set<String> names) {
        String name = word(names);
        return dice.percent(30) ? name.toUpperCase(Locale.ROOT) : name;
    }
}
