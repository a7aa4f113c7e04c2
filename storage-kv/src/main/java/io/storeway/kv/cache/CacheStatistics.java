package io.storeway.kv.cache;

/**
 * How reads of partitions were answered, and what the cache did, since the storage was opened.
 *
 * @param nearHits reads answered from the memory of the process
 * @param hits reads answered from the cache's store
 * @param staleHits reads answered with an entry after its time to live
 * @param misses reads answered by the source, whose answer is cached if possible
 * @param bypasses reads answered by the source because the cache could not be used: a write is under way, the cache's store is down, or
 *     the partition is too large
 * @param loads calls of the loader
 * @param loadFailures calls of the loader that threw
 * @param evictions partitions removed from the memory of the process to make room for others
 * @param invalidations entries dropped because of a write
 * @param poisoned entries that could not be decoded, and counted as absent
 * @param cacheFailures calls of the cache's store that failed
 * @param bytesRead bytes of entries that were read
 * @param bytesWritten bytes of entries that were written
 * @param uncounted reads that are missing in the {@linkplain CachedStorageBuilder#keyStatistics statistics of keys}
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

    /** How many reads of partitions there were, however they were answered. */
    public long reads() {
        return nearHits + hits + staleHits + misses + bypasses;
    }

    /** The share of reads that were answered without the source, from 0 to 1; 0 before the first read. */
    public double hitRate() {
        return reads() == 0 ? 0 : (double) (nearHits + hits + staleHits) / reads();
    }
}
