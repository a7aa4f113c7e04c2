package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Row;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The entries that a write makes old. */
final class Touched {

    private final CachedTypes types;
    private final Set<String> keys = new LinkedHashSet<>();

    Touched(CachedTypes types) {
        this.types = types;
    }

    Touched rows(EntityType<?> type, List<Row> rows) {
        if (types.of(type) != null) {
            rows.forEach(row -> partition(type, row.key(type.partitionKey())));
        }
        return this;
    }

    Touched records(EntityType<?> type, Collection<Key> records) {
        if (types.of(type) != null) {
            records.forEach(key -> partition(type, type.partitionOf(key)));
        }
        return this;
    }

    Touched partition(EntityType<?> type, Key partition) {
        PartitionCache cache = types.of(type);
        String key = cache == null ? null : cache.keyOf(partition);
        if (key != null) {
            keys.add(key);
        }
        return this;
    }

    /** Notes that records of the type may be deleted, and records of other types with them. */
    Touched deletions(EntityType<?> type) {
        keys.addAll(types.generationsBelow(type));
        return this;
    }

    Set<String> keys() {
        return keys;
    }
}
