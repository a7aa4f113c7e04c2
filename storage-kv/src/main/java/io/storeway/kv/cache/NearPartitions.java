package io.storeway.kv.cache;

import com.github.benmanes.caffeine.cache.Cache;
import io.storeway.EntityType;
import io.storeway.Key;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of one type that are kept in the process. Who fills it takes a stamp before reading, and what was read is
 * kept only if the entry was not forgotten meanwhile.
 */
final class NearPartitions {

    private static final int STAMPS = 1 << 10;

    /**
     * Where a partition is kept.
     *
     * @param life which of the lives of the type, so that nobody looks where it was in another one
     * @param partition the value of its key, or the list of them
     */
    record Place(NearPartitions of, long life, Object partition) {}

    /** How often the partition's place had been forgotten, and when, in milliseconds since 1970. */
    record Stamp(long changes, long at) {}

    private final EntityType<?> type;
    private final Cache<Place, CachedPartition> cache;
    private final long timeToLive;
    private final Clock clock;
    private final AtomicLongArray stamps = new AtomicLongArray(STAMPS);
    private final AtomicLong life = new AtomicLong();

    NearPartitions(EntityType<?> type, Cache<Place, CachedPartition> cache, long timeToLive, Clock clock) {
        this.type = type;
        this.cache = cache;
        this.timeToLive = timeToLive;
        this.clock = clock;
    }

    @Nullable
    CachedPartition get(Key partition) {
        CachedPartition kept = cache.getIfPresent(place(partition));
        if (kept == null) {
            return null;
        }
        long left = kept.keepUntil() - clock.millis();
        // More is left than there ever was if the clock has been set back.
        return left > 0 && left <= timeToLive ? kept : null;
    }

    Stamp stamp(Key partition) {
        return new Stamp(changes(partition), clock.millis());
    }

    /** Both numbers only grow, so the sum is the same only if both are. */
    private long changes(Key partition) {
        return stamps.get(slot(partition)) + life.get();
    }

    void put(Key partition, CachedPartition found, Stamp stamp) {
        CachedPartition kept = found.map(type::shared).keptUntil(Math.min(found.keepUntil(), stamp.at() + timeToLive));
        cache.asMap().compute(place(partition), (same, old) -> changes(partition) == stamp.changes() ? kept : old);
    }

    void forget(Key partition) {
        stamps.incrementAndGet(slot(partition));
        cache.invalidate(place(partition));
    }

    void forgetAll() {
        life.incrementAndGet();
    }

    private Place place(Key partition) {
        return new Place(
                this,
                life.get(),
                partition.values().size() == 1 ? partition.values().get(0) : partition.values());
    }

    private static int slot(Key partition) {
        int hash = partition.hashCode();
        return (hash ^ (hash >>> 16)) & (STAMPS - 1);
    }
}
