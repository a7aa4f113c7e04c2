package io.storeway.kv.cache;

import java.util.concurrent.atomic.LongAdder;

/** Counts for {@link CacheStatistics}. */
final class Counters {

    final LongAdder nearHits = new LongAdder();
    final LongAdder hits = new LongAdder();
    final LongAdder staleHits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder bypasses = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder loadFailures = new LongAdder();
    final LongAdder evictions = new LongAdder();
    final LongAdder invalidations = new LongAdder();
    final LongAdder poisoned = new LongAdder();
    final LongAdder cacheFailures = new LongAdder();
    final LongAdder bytesRead = new LongAdder();
    final LongAdder bytesWritten = new LongAdder();
    final LongAdder uncounted = new LongAdder();

    CacheStatistics snapshot() {
        return new CacheStatistics(
                nearHits.sum(),
                hits.sum(),
                staleHits.sum(),
                misses.sum(),
                bypasses.sum(),
                loads.sum(),
                loadFailures.sum(),
                evictions.sum(),
                invalidations.sum(),
                poisoned.sum(),
                cacheFailures.sum(),
                bytesRead.sum(),
                bytesWritten.sum(),
                uncounted.sum());
    }
}
