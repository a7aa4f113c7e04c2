package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Key;
import org.jspecify.annotations.Nullable;

/** The keys under which the cache's store has the partitions of one type, the same in every release of it. */
final class EntryKeys {

    static final String GENERATION = "cache-generation:";

    private final EntityType<?> type;
    private final String prefix;

    EntryKeys(EntityType<?> type) {
        this.type = type;
        this.prefix = "cache:" + type.name() + ':';
    }

    /** The key of the type's generation, which changes when records of the type may have gone with others. */
    String generation() {
        return GENERATION + type.name();
    }

    String of(Key partition) {
        return prefix + partition.text(type.partitionKey());
    }

    /** The partition whose key this is, or null if it is none of this type. */
    @Nullable
    Key partitionOf(String key) {
        try {
            return key.startsWith(prefix) ? Key.parse(key.substring(prefix.length()), type.partitionKey()) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
