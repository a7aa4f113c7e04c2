package io.storeway.examples.bookstrack;

import io.storeway.Field;
import io.storeway.kv.cache.CacheStatistics;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.kv.cache.KeyStatistics;
import java.util.List;
import java.util.Locale;

/** What the cache has done: totals for a monitoring system, and the reads of each book. */
final class CacheReport {

    private static final Field<KeyStatistics, Long> HITS = KeyStatistics.TYPE.field(KeyStatistics::hits);

    private CacheReport() {}

    /** The counts of this instance, a name and a value on each line. */
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

    /** The books that were read from the cache most often, summed over all instances. */
    static List<KeyStatistics> mostRead(CachedStorage cache, int limit) {
        cache.writeKeyStatistics();
        return cache.keyStatistics()
                .all()
                .allowScan()
                .orderBy(HITS.descending())
                .limit(limit)
                .list();
    }
}
