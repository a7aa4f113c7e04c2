package io.storeway.sql.internal.dialect;

import io.storeway.Catalog;
import io.storeway.EntityType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tables of a storage: those of its catalog, and those of Storeway's own types once they are prepared. Thread-safe. */
public final class Tables {

    private final Catalog catalog;
    private final Dialect dialect;
    private volatile Map<EntityType<?>, Table> tables = Map.of();

    public Tables(Catalog catalog, Dialect dialect) {
        this.catalog = catalog;
        this.dialect = dialect;
        add(catalog.types());
    }

    public Dialect dialect() {
        return dialect;
    }

    /** Adds types that aren't there yet. */
    public synchronized void add(Collection<? extends EntityType<?>> types) {
        Map<EntityType<?>, Table> grown = new LinkedHashMap<>(tables);
        for (EntityType<?> type : types) {
            boolean leaf = types.stream()
                    .flatMap(other -> other.references().stream())
                    .noneMatch(reference -> reference.target() == type);
            grown.computeIfAbsent(type, added -> new Table(added, dialect, leaf));
        }
        tables = grown;
    }

    /**
     * The table of a type.
     *
     * @throws IllegalArgumentException if this storage doesn't hold the type
     */
    public Table of(EntityType<?> type) {
        Table table = tables.get(type);
        if (table == null) {
            throw unknown(type);
        }
        return table;
    }

    /** The exception for a type that the storage doesn't have. */
    private IllegalArgumentException unknown(EntityType<?> type) {
        List<String> names = catalog.types().stream().map(EntityType::name).toList();
        return new IllegalArgumentException(
                names.contains(type.name())
                        ? "The catalog of this storage has another entity type of the name " + type.name()
                                + ", not this object; use the one that the storage was opened with"
                        : "The catalog of this storage has no such entity type " + type.name() + "; it has "
                                + String.join(", ", names));
    }

    public List<EntityType<?>> types() {
        return new ArrayList<>(tables.keySet());
    }
}
