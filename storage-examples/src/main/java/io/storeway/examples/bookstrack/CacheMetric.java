package io.storeway.examples.bookstrack;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.kv.cache.CacheStatistics;
import io.storeway.kv.cache.CachedStorage;
import java.time.Instant;
import java.util.Locale;

/**
 * What the cache of an instance has done for one entity type up to a moment: a row of {@code CacheMetrics}, written now and
 * then rather than with each read.
 *
 * @param cacheKey the instance and the name of the type
 */
public record CacheMetric(
        String cacheKey, long hitCount, long missCount, long loadCount, long dataSizeBytes, Instant lastAccessed) {

    /** The type. */
    public static final EntityType<CacheMetric> METRICS = EntityType.of(CacheMetric.class)
            .named("cacheMetrics")
            .identifiedBy(CacheMetric::cacheKey)
            .keyValue("cache-metric:{cacheKey}", Blob.object())
            .sql(table -> table.table("CacheMetrics").index(CacheMetric::lastAccessed))
            .build();

    /** Writes down what the cache of books has done so far. */
    static CacheMetric record(CachedStorage cache, String instance, Instant now) {
        CacheStatistics books = cache.statistics(Book.BOOKS);
        CacheMetric metric = new CacheMetric(
                instance + "/" + Book.BOOKS.name(),
                books.nearHits() + books.hits() + books.staleHits(),
                books.misses() + books.bypasses(),
                books.loads(),
                books.bytesWritten(),
                Instant.ofEpochMilli(now.toEpochMilli()));
        Repository<CacheMetric> metrics = cache.repository(METRICS);
        metrics.save(metric);
        return metric;
    }

    /** The counts as lines of text, for a monitoring system to read. */
    static String text(CacheStatistics all) {
        return String.format(
                Locale.ROOT,
                "cache_hit_rate %.4f\ncache_reads %d\ncache_misses %d\ncache_loads %d\ncache_load_failures %d\n",
                all.hitRate(),
                all.reads(),
                all.misses() + all.bypasses(),
                all.loads(),
                all.loadFailures());
    }
}
