package io.storeway.kv.cache;

import io.storeway.spi.KeyValueStore.Entry;
import org.jspecify.annotations.Nullable;

/**
 * One read of a partition from the source, for which several readers may wait.
 *
 * <p>A reader may join if the source has not been asked yet, or if the cache still holds the entry that was there before it was asked
 * and the type's generation is the same. Then no write has begun since. Otherwise the answer could be older than a write that returned
 * before the reader came.
 */
final class Flight {

    private static final long NOT_ASKED = -1;
    private static final long ALONE = -2;

    final SharedWork<CachedPartition> answer = new SharedWork<>();
    private final long generation;
    private volatile long version = NOT_ASKED;

    Flight(long generation) {
        this.generation = generation;
    }

    /** Notes, before the source is asked, the version of the cache entry. */
    void asksAt(long entryVersion) {
        version = entryVersion;
    }

    /** Notes, before the source is asked, that the answer won't be cached. */
    void asksAlone() {
        version = ALONE;
    }

    boolean admits(@Nullable Entry seen, long seenGeneration) {
        long asked = version;
        return asked == NOT_ASKED || (seen != null && seen.version() == asked && seenGeneration == generation);
    }
}
