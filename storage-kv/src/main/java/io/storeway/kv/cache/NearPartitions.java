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
     * @param partition the value of its key, or the list of them
     */
    record Place(NearPartitions of, Object partition) {}

    /** A partition, until when it counts, and which life of the type it belongs to. */
    record Kept(CachedPartition partition, long until, long life) {}

    private final EntityType<?> type;
    private final Cache<Place, Kept> cache;
    private final long timeToLive;
    private final Clock clock;
    private final AtomicLongArray stamps = new AtomicLongArray(STAMPS);
    private final AtomicLong life = new AtomicLong();

    NearPartitions(EntityType<?> type, Cache<Place, Kept> cache, long timeToLive, Clock clock) {
        this.type = type;
        this.cache = cache;
        this.timeToLive = timeToLive;
        this.clock = clock;
    }

    @Nullable
    CachedPartition get(Key partition) {
        Kept kept = cache.getIfPresent(place(partition));
        return kept == null || kept.life() != life.get() || clock.millis() >= kept.until() ? null : kept.partition();
    }

    /** Both numbers only grow, so the sum is the same only if both are. */
    long stamp(Key partition) {
        return stamps.get(slot(partition)) + life.get();
    }

    void put(Key partition, CachedPartition content, long freshUntil, long stamp) {
        long now = life.get();
        Kept kept = new Kept(content.map(type::shared), Math.min(freshUntil, clock.millis() + timeToLive), now);
        cache.asMap().compute(place(partition), (same, old) -> stamp(partition) == stamp ? kept : old);
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
                this, partition.values().size() == 1 ? partition.values().get(0) : partition.values());
    }

    private static int slot(Key partition) {
        int hash = partition.hashCode();
        return (hash ^ (hash >>> 16)) & (STAMPS - 1);
    }
}
