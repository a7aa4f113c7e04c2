package io.storeway;

import io.storeway.layout.KeyTemplate;
import io.storeway.layout.SqlLayout;
import io.storeway.spi.ControlTypes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The entity types that a storage holds, each after those it refers to; immutable. */
public final class Catalog {

    private final Map<String, EntityType<?>> types;

    private Catalog(Map<String, EntityType<?>> types) {
        this.types = types;
    }

    /**
     * A catalog of the given types, in any order.
     *
     * @throws IllegalArgumentException if two types have the same name or table, or could have the same keys; if the derived names of two
     *     rules or indexes are the same; if a type uses a reserved name, or refers to a type that is not in the catalog
     */
    public static Catalog of(EntityType<?>... types) {
        return of(List.of(types));
    }

    /** As {@link #of(EntityType...)}. */
    public static Catalog of(Collection<? extends EntityType<?>> types) {
        Map<String, EntityType<?>> sorted = new LinkedHashMap<>();
        List<EntityType<?>> waiting = new ArrayList<>(types);
        while (!waiting.isEmpty()) {
            int before = waiting.size();
            for (EntityType<?> type : List.copyOf(waiting)) {
                boolean ready = type.references().stream()
                        .allMatch(reference -> reference.target() == type
                                || sorted.get(reference.target().name()) == reference.target());
                if (ready) {
                    if (sorted.putIfAbsent(type.name(), type) != null) {
                        throw new IllegalArgumentException("Two entity types are named " + type.name());
                    }
                    waiting.remove(type);
                }
            }
            if (waiting.size() == before) {
                throw new IllegalArgumentException(
                        "Entity type " + waiting.get(0).name() + " refers to a type that is not in the catalog");
            }
        }
        List<EntityType<?>> all = List.copyOf(sorted.values());
        all.forEach(Catalog::checkNotReserved);
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < i; j++) {
                checkApart(all.get(j), all.get(i));
            }
        }
        checkRulesApart(all);
        return new Catalog(sorted);
    }

    /** Requires different names of all rules and indexes. Engines differ in which names must be unique within a schema. */
    private static void checkRulesApart(List<EntityType<?>> all) {
        Map<String, String> owners = new HashMap<>();
        all.forEach(type -> owners.put(SqlNames.folded(type.sql().table()), "the table of " + type.name()));
        for (EntityType<?> type : all) {
            own(owners, type.sql().primaryKey(), "primary key", type, type.key());
            type.uniqueKeys().forEach(rule -> own(owners, rule.name(), "unique key", type, rule.fields()));
            type.references().forEach(rule -> own(owners, rule.name(), "reference", type, rule.fields()));
            type.checks().forEach(rule -> own(owners, rule.name(), "check", type, List.of(rule.field())));
            type.sql().indexes().forEach(index -> {
                List<? extends Field<?, ?>> fields =
                        index.fields().stream().map(type.fields()::get).toList();
                own(owners, index.name(), "index", type, fields);
            });
        }
    }

    private static void own(
            Map<String, String> owners, String name, String kind, EntityType<?> type, List<? extends Field<?, ?>> of) {
        String owner = "the " + kind + " of " + type.name() + " over " + String.join(", ", type.columns(of));
        String other = owners.putIfAbsent(SqlNames.folded(name), owner);
        if (other != null && !other.equals(owner)) {
            throw new IllegalArgumentException("Two things would be named " + name + ": " + other + ", and " + owner
                    + "; give a table or a column another name");
        }
    }

    /**
     * Storeway's own types of the modules on the class path, kept beside those of an application: versions, residue, checkpoints, stages,
     * marks, operations. A storage makes their tables when it first needs them. If it isn't allowed to, somebody has to make them before,
     * by the script that storage-sql writes for this catalog.
     */
    public static Catalog internal() {
        Map<String, EntityType<?>> types = new LinkedHashMap<>();
        types.put(Operations.TYPE.name(), Operations.TYPE);
        for (ControlTypes module : ServiceLoader.load(ControlTypes.class)) {
            module.types().forEach(type -> types.put(type.name(), type));
        }
        return new Catalog(types);
    }

    private static void checkNotReserved(EntityType<?> type) {
        if (type.keyValue().key().prefix().startsWith(KeyTemplate.RESERVED_PREFIX)
                || SqlNames.folded(type.sql().table()).startsWith(SqlLayout.RESERVED_PREFIX)) {
            throw new IllegalArgumentException("Entity type " + type.name() + ": keys that begin with "
                    + KeyTemplate.RESERVED_PREFIX + " and tables that begin with " + SqlLayout.RESERVED_PREFIX
                    + " are Storeway's own");
        }
    }

    private static void checkApart(EntityType<?> one, EntityType<?> other) {
        KeyTemplate key = one.keyValue().key();
        KeyTemplate otherKey = other.keyValue().key();
        if (key.overlaps(otherKey)) {
            throw new IllegalArgumentException("Entity types " + one.name() + " and " + other.name()
                    + " could have the same key: " + key + " and " + otherKey);
        }
        if (SqlNames.folded(one.sql().table())
                .equals(SqlNames.folded(other.sql().table()))) {
            throw new IllegalArgumentException("Entity types " + one.name() + " and " + other.name()
                    + " share the table " + one.sql().table());
        }
    }

    /** The types, each after those it refers to. */
    public List<EntityType<?>> types() {
        return List.copyOf(types.values());
    }

    /**
     * The type of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public EntityType<?> type(String name) {
        EntityType<?> type = types.get(name);
        if (type == null) {
            throw new IllegalArgumentException(
                    "The catalog has no entity type " + name + "; it has " + String.join(", ", types.keySet()));
        }
        return type;
    }

    /** Whether exactly this type is in the catalog. */
    public boolean contains(EntityType<?> type) {
        return types.get(type.name()) == type;
    }

    /** A catalog with further types. */
    public Catalog with(EntityType<?>... more) {
        List<EntityType<?>> all = new ArrayList<>(types.values());
        all.addAll(List.of(more));
        return of(all);
    }
}
