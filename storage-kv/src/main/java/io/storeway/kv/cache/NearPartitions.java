package io.storeway.kv.cache;

import com.github.benmanes.caffeine.cache.Cache;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Row;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of one type that are kept in the memory of the process. Whoever fills it takes a stamp before reading; what was read is
 * kept only if the partition was not dropped meanwhile.
 */
final class NearPartitions {

    private static final int STAMPS = 1 << 10;

    /** How often the partition, or another with the same hash, had been dropped, and the time, in milliseconds since 1970. */
    record Stamp(long changes, long at) {}

    private final EntityType<?> type;
    private final Cache<NearPartition, NearPartition> cache;
    private final long timeToLive;
    private final Clock clock;
    private final AtomicLongArray stamps = new AtomicLongArray(STAMPS);
    private final AtomicLong life = new AtomicLong();

    NearPartitions(EntityType<?> type, Cache<NearPartition, NearPartition> cache, long timeToLive, Clock clock) {
        this.type = type;
        this.cache = cache;
        this.timeToLive = timeToLive;
        this.clock = clock;
    }

    @Nullable
    CachedPartition get(Key partition) {
        CachedPartition kept = cache.getIfPresent(key(partition));
        if (kept == null) {
            return null;
        }
        long left = kept.keepUntil() - clock.millis();
        // If more is left than the whole time to live, the clock has been set back.
        return left > 0 && left <= timeToLive ? kept : null;
    }

    Stamp stamp(Key partition) {
        return new Stamp(changes(partition), clock.millis());
    }

    /** The sum of two counters that only grow, so it is unchanged only if both are. */
    private long changes(Key partition) {
        return stamps.get(slot(partition)) + life.get();
    }

    void put(Key partition, CachedPartition found, Stamp stamp) {
        List<Row> rows = found.rows();
        NearPartition kept = key(partition)
                .with(
                        rows == null ? null : rows.stream().map(type::shared).toList(),
                        Math.min(found.keepUntil(), stamp.at() + timeToLive));
        // The map would otherwise keep an older, equal object as its key, and that one's content with it.
        cache.invalidate(kept);
        cache.asMap().compute(kept, (same, old) -> changes(partition) == stamp.changes() ? kept : old);
    }

    void forget(Key partition) {
        stamps.incrementAndGet(slot(partition));
        cache.invalidate(key(partition));
    }

    void forgetAll() {
        life.incrementAndGet();
    }

    private NearPartition key(Key partition) {
        List<Object> values = partition.values();
        return NearPartition.key(this, life.get(), values.size() == 1 ? values.get(0) : values);
    }

    private static int slot(Key partition) {
        int hash = partition.hashCode();
        return (hash ^ (hash >>> 16)) & (STAMPS - 1);
    }
}
