package io.storeway.kv.cache;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Key;
import java.lang.invoke.MethodHandles;
import java.time.Instant;

/**
 * How often and when last a partition was read, summed over all cached storages that write into the same storage; see {@link
 * CachedStorageBuilder#keyStatistics}.
 *
 * @param entity the name of the partition's entity type
 * @param key the partition's key, as {@link Key#text} writes it
 * @param hits reads answered without the source
 * @param misses reads that asked the source
 * @param lastAccess when the last read was
 */
public record KeyStatistics(String entity, String key, long hits, long misses, Instant lastAccess) {

    /** The type; part of the catalog of the storage that keeps them. */
    public static final EntityType<KeyStatistics> TYPE = EntityType.of(KeyStatistics.class, MethodHandles.lookup())
            .named("cacheKeyStatistics")
            .identifiedBy(KeyStatistics::entity, KeyStatistics::key)
            .keyValue("cache-statistics:{entity}:{key}", Blob.object())
            .sql(table -> table.index(KeyStatistics::lastAccess))
            .build();

    KeyStatistics plus(KeyStatistics more) {
        return new KeyStatistics(
                entity,
                key,
                hits + more.hits,
                misses + more.misses,
                lastAccess.isAfter(more.lastAccess) ? lastAccess : more.lastAccess);
    }

    Key id() {
        return Key.of(entity, key);
    }
}
