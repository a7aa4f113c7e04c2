package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Key;
import org.jspecify.annotations.Nullable;

/** The keys of one type's partitions in the cache's store; the same in every release of the application. */
final class EntryKeys {

    static final String GENERATION = "cache-generation:";

    private final EntityType<?> type;
    private final String prefix;

    EntryKeys(EntityType<?> type) {
        this.type = type;
        this.prefix = "cache:" + type.name() + ':';
    }

    /** The key of the type's generation, which changes when records of the type may have been deleted with others. */
    String generation() {
        return GENERATION + type.name();
    }

    String of(Key partition) {
        return prefix + partition.text(type.partitionKey());
    }

    /** The partition of a key, or null if it is not a key of this type. */
    @Nullable
    Key partitionOf(String key) {
        try {
            return key.startsWith(prefix) ? Key.parse(key.substring(prefix.length()), type.partitionKey()) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
