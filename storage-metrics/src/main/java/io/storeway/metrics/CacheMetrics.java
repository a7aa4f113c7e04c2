package io.storeway.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.storeway.kv.cache.CacheStatistics;
import io.storeway.kv.cache.CachedStorage;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What became of the reads of a cached storage.
 *
 * <ul>
 *   <li>{@code storeway.cache.reads}, a counter tagged with {@code storage} and {@code result}: {@code near}, {@code hit},
 *       {@code stale}, {@code miss} or {@code bypass}
 *   <li>{@code storeway.cache.loads}, tagged with {@code result}: {@code ok} or {@code failure}
 *   <li>{@code storeway.cache.evictions}, {@code storeway.cache.invalidations}, {@code storeway.cache.poisoned}, {@code
 *       storeway.cache.failures}: counters
 *   <li>{@code storeway.cache.hit.rate}, a gauge from 0 to 1
 * </ul>
 *
 * <p>Of caches of one name, the one bound last is told of.
 */
public final class CacheMetrics implements MeterBinder {

    private final CachedStorage cache;

    /** For a cached storage. */
    public CacheMetrics(CachedStorage cache) {
        this.cache = cache;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Map<String, ToDoubleFunction<CacheStatistics>> reads = Map.of(
                "near", CacheStatistics::nearHits,
                "hit", CacheStatistics::hits,
                "stale", CacheStatistics::staleHits,
                "miss", CacheStatistics::misses,
                "bypass", CacheStatistics::bypasses);
        reads.forEach((result, count) -> counter(registry, "reads", result, count));
        counter(registry, "loads", "ok", statistics -> (double) (statistics.loads() - statistics.loadFailures()));
        counter(registry, "loads", "failure", CacheStatistics::loadFailures);
        counter(registry, "evictions", "", CacheStatistics::evictions);
        counter(registry, "invalidations", "", CacheStatistics::invalidations);
        counter(registry, "poisoned", "", CacheStatistics::poisoned);
        counter(registry, "failures", "", CacheStatistics::cacheFailures);
        Meters.remove(registry, "storeway.cache.hit.rate", Tags.of("storage", cache.name()));
        Gauge.builder(
                        "storeway.cache.hit.rate",
                        cache,
                        each -> each.statistics().hitRate())
                .description("The part of the reads that did not ask the source")
                .tag("storage", cache.name())
                .register(registry);
    }

    private void counter(MeterRegistry registry, String what, String result, ToDoubleFunction<CacheStatistics> count) {
        Tags tags = Tags.of("storage", cache.name());
        tags = result.isEmpty() ? tags : tags.and("result", result);
        Meters.remove(registry, "storeway.cache." + what, tags);
        FunctionCounter.builder("storeway.cache." + what, cache, each -> count.applyAsDouble(each.statistics()))
                .tags(tags)
                .register(registry);
    }
}
