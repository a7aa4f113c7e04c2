package io.storeway.kv.cache;

import io.storeway.spi.KeyValueStore.Entry;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a partition from the source that several readers wait for.
 *
 * <p>A reader may join as long as the source has not been asked yet, or the cache still holds the entry that stood there
 * before it was asked, and the type's generation is the same: then no write has begun since. Otherwise the answer could be
 * older than a write that returned before the reader came.
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

    /** Says which version of the entry stands in the cache; called before the source is asked. */
    void asksAt(long entryVersion) {
        version = entryVersion;
    }

    /** Says that the cache keeps nothing of this; called before the source is asked. */
    void asksAlone() {
        version = ALONE;
    }

    boolean admits(@Nullable Entry seen, long seenGeneration) {
        long asked = version;
        return asked == NOT_ASKED || (seen != null && seen.version() == asked && seenGeneration == generation);
    }
}
