package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Key;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts how reads of one type are answered and, if wanted, of each partition. */
final class ReadCounts {

    private final EntityType<?> type;
    private final Counters counters;
    private final @Nullable KeyTallies keys;

    ReadCounts(EntityType<?> type, Counters counters, @Nullable KeyTallies keys) {
        this.type = type;
        this.counters = counters;
        this.keys = keys;
    }

    void near(Key partition, CachedPartition found) {
        hit(counters.nearHits, partition, found);
    }

    void hit(Key partition, CachedPartition found) {
        hit(counters.hits, partition, found);
    }

    void stale(Key partition, CachedPartition found) {
        hit(counters.staleHits, partition, found);
    }

    void miss(Key partition) {
        miss(counters.misses, partition);
    }

    void bypass(Key partition) {
        miss(counters.bypasses, partition);
    }

    /** Counts a hit; an entry that says that the partition is too large is none, as the source has to be asked. */
    private void hit(LongAdder counter, Key partition, CachedPartition found) {
        if (found.rows() == null) {
            bypass(partition);
            return;
        }
        counter.increment();
        if (keys != null) {
            keys.hit(type, partition);
        }
    }

    private void miss(LongAdder counter, Key partition) {
        counter.increment();
        if (keys != null) {
            keys.miss(type, partition);
        }
    }
}
