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
 * Meters of a cached storage: how its reads were answered, and what its cache did. See {@link CacheStatistics} for what is counted.
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
 * <p>All are tagged with {@code storage}, the name of the cached storage. If several have the same name, the meters show the one
 * that was bound last.
 *
 * <pre>{@code
 * new CacheMetrics(cachedStorage).bindTo(registry);
 * }</pre>
 */
public final class CacheMetrics implements MeterBinder {

    private final CachedStorage cache;

    /** Meters of the cached storage, which {@link #bindTo} registers. */
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
        Tags storage = Tags.of("storage", cache.name());
        reads.forEach((result, count) -> counter(registry, "reads", storage.and("result", result), count));
        counter(registry, "loads", storage.and("result", "ok"), statistics ->
                (double) (statistics.loads() - statistics.loadFailures()));
        counter(registry, "loads", storage.and("result", "failure"), CacheStatistics::loadFailures);
        counter(registry, "evictions", storage, CacheStatistics::evictions);
        counter(registry, "invalidations", storage, CacheStatistics::invalidations);
        counter(registry, "poisoned", storage, CacheStatistics::poisoned);
        counter(registry, "failures", storage, CacheStatistics::cacheFailures);
        Meters.remove(registry, "storeway.cache.hit.rate", storage);
        Gauge.builder(
                        "storeway.cache.hit.rate",
                        cache,
                        each -> each.statistics().hitRate())
                .description("The fraction of the reads that did not ask the source")
                .tags(storage)
                .register(registry);
    }

    private void counter(MeterRegistry registry, String name, Tags tags, ToDoubleFunction<CacheStatistics> count) {
        Meters.remove(registry, "storeway.cache." + name, tags);
        FunctionCounter.builder("storeway.cache." + name, cache, each -> count.applyAsDouble(each.statistics()))
                .tags(tags)
                .register(registry);
    }
}
