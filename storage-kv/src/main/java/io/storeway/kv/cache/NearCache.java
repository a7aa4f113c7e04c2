package io.storeway.kv.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Partitions kept in the process. Who fills it takes a stamp before reading, and the value is kept only if no invalidation
 * of the entry came meanwhile.
 */
final class NearCache implements InvalidationChannel.Listener {

    private static final int STAMPS = 1 << 12;

    private record Kept(CachedPartition partition, long until) {}

    private final Cache<String, Kept> cache;
    private final AtomicLongArray stamps = new AtomicLongArray(STAMPS);
    private final Clock clock;
    private final long timeToLive;

    NearCache(int maxPartitions, Duration timeToLive, Clock clock, Counters counters) {
        this.clock = clock;
        this.timeToLive = timeToLive.toMillis();
        this.cache = Caffeine.newBuilder()
                .maximumSize(maxPartitions)
                .expireAfterWrite(timeToLive)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .evictionListener((key, kept, cause) -> {
                    if (cause == RemovalCause.SIZE) {
                        counters.evictions.increment();
                    }
                })
                .build();
    }

    @Nullable
    CachedPartition get(String key) {
        Kept kept = cache.getIfPresent(key);
        return kept == null || clock.millis() >= kept.until() ? null : kept.partition();
    }

    long stamp(String key) {
        return stamps.get(slot(key));
    }

    void put(String key, CachedPartition partition, long freshUntil, long stamp) {
        Kept kept = new Kept(partition, Math.min(freshUntil, clock.millis() + timeToLive));
        cache.asMap().compute(key, (same, old) -> stamps.get(slot(key)) == stamp ? kept : old);
    }

    void invalidate(String key) {
        stamps.incrementAndGet(slot(key));
        cache.invalidate(key);
    }

    @Override
    public void changed(String key) {
        invalidate(key);
    }

    @Override
    public void missed() {
        for (int slot = 0; slot < STAMPS; slot++) {
            stamps.incrementAndGet(slot);
        }
        cache.invalidateAll();
    }

    private static int slot(String key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 16)) & (STAMPS - 1);
    }
}
