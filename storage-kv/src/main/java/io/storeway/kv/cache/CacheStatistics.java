package io.storeway.kv.cache;

/**
 * What became of the reads of partitions, and what the cache did meanwhile, since the storage was opened.
 *
 * @param nearHits answered in the process
 * @param hits answered by the cache
 * @param staleHits answered with an entry behind its time to live
 * @param misses answered by the source, and kept where possible
 * @param bypasses answered by the source because the cache could not be used for the moment: a write is going on, the cache
 *     is down, or the partition is too large
 * @param loads calls of the loader
 * @param loadFailures those of them that threw
 * @param evictions partitions that left the process because others needed the room
 * @param invalidations entries dropped because of a write
 * @param poisoned entries that could not be read, and counted as absent
 * @param cacheFailures calls of the cache that failed
 * @param bytesRead bytes of the entries that were read
 * @param bytesWritten bytes of the entries that were written
 * @param uncounted reads of which the {@linkplain CachedStorageBuilder#keyStatistics statistics of keys} don't tell
 */
public record CacheStatistics(
        long nearHits,
        long hits,
        long staleHits,
        long misses,
        long bypasses,
        long loads,
        long loadFailures,
        long evictions,
        long invalidations,
        long poisoned,
        long cacheFailures,
        long bytesRead,
        long bytesWritten,
        long uncounted) {

    CacheStatistics plus(CacheStatistics other) {
        return new CacheStatistics(
                nearHits + other.nearHits,
                hits + other.hits,
                staleHits + other.staleHits,
                misses + other.misses,
                bypasses + other.bypasses,
                loads + other.loads,
                loadFailures + other.loadFailures,
                evictions + other.evictions,
                invalidations + other.invalidations,
                poisoned + other.poisoned,
                cacheFailures + other.cacheFailures,
                bytesRead + other.bytesRead,
                bytesWritten + other.bytesWritten,
                uncounted + other.uncounted);
    }

    /** Every read of a partition: the sum of those that were answered in any way. */
    public long reads() {
        return nearHits + hits + staleHits + misses + bypasses;
    }

    /** The part of the reads that did not ask the source, from 0 to 1; 0 before the first read. */
    public double hitRate() {
        return reads() == 0 ? 0 : (double) (nearHits + hits + staleHits) / reads();
    }
}
