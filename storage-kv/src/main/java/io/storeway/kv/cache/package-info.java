/**
 * A read-through cache in front of a storage: partitions are kept in a key-value store, and optionally in the process,
 * for a time that each entity type declares. Begin with {@link CachedStorage} and {@link CachePolicy}; inside, with
 * {@code CachedRows}, which reads through {@code PartitionCache} and invalidates by {@code Invalidation}.
 *
 * <ul>
 *   <li><b>What a caller sees</b>: {@link CachedStorage}, {@link CachedStorageBuilder}, {@link CachePolicy},
 *       {@link Loader}, {@link CacheStatistics}, {@link KeyStatistics}, {@link InvalidationChannel}.
 *   <li><b>Reads</b>: {@code CachedRows} and {@code CachedReplica}; {@code PartitionCache} holds one type's
 *       {@code CachedPartition}s; on a miss {@code Flights} read the source once for all who wait ({@code Flight},
 *       {@code SharedWork}), and {@code Loading} asks the loader.
 *   <li><b>Writes</b>: {@code CacheWrite} invalidates before and after a write of the source; {@code RecordingRows}
 *       and {@code Touched} say which entries, {@code Mark} keeps an entry unused while a write is under way,
 *       {@code Suspects} are those that could not be invalidated.
 *   <li><b>Entries in the store</b>: {@code CacheEntry}, {@code EntryKeys}, {@code EntryLife}, {@code RowImage},
 *       {@code ValueImage}; {@code GuardedStore} turns every failure of the store into a miss.
 *   <li><b>Entries in the process</b>: {@code NearCache}, {@code NearPartitions}, {@code NearPartition}.
 *   <li><b>Around them</b>: {@code CacheContext}, {@code CachedTypes}, {@code CacheThreads}; {@code Counters},
 *       {@code ReadCounts} and {@code KeyTallies} count.
 * </ul>
 */
@NullMarked
package io.storeway.kv.cache;

import org.jspecify.annotations.NullMarked;
