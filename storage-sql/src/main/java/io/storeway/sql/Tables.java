package io.storeway.sql;

import io.storeway.Catalog;
import io.storeway.EntityType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tables of a storage: those of its catalog, and those of Storeway's own types once they are prepared. Thread-safe. */
final class Tables {

    private final Catalog catalog;
    private final Dialect dialect;
    private volatile Map<EntityType<?>, Table> tables = Map.of();

    Tables(Catalog catalog, Dialect dialect) {
        this.catalog = catalog;
        this.dialect = dialect;
        add(catalog.types());
    }

    Dialect dialect() {
        return dialect;
    }

    /** Adds types that aren't there yet. */
    synchronized void add(Collection<? extends EntityType<?>> types) {
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
    Table of(EntityType<?> type) {
        Table table = tables.get(type);
        if (table == null) {
            throw Errors.unknown(type, catalog);
        }
        return table;
    }

    List<EntityType<?>> types() {
        return new ArrayList<>(tables.keySet());
    }
}
