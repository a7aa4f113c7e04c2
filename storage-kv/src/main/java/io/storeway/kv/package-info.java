/**
 * Key-value stores, and the storage that keeps records in them as JSON blobs. Begin with {@link KvStorage}; inside,
 * with {@code KvUnit}, a unit of work over blobs, and {@code KvRows}, the operations on its records.
 *
 * <ul>
 *   <li><b>Stores</b>: {@link MemoryStore}, {@link MvStore} ({@code MvFile}, {@code MvFileAccess}),
 *       {@link NdjsonStore}; {@link KeyValueStores} opens them by URI, {@link Durability} says what a commit survives.
 *       Redis, RocksDB and Cloudflare KV have packages of their own.
 *   <li><b>Dumps</b>: {@link NdjsonDump} reads ({@code NdjsonLine}, {@code NdjsonLines}, {@code EntryTexts}),
 *       {@link NdjsonWriter} writes.
 *   <li><b>Records in blobs</b>: {@code KvUnit}, {@code AutoRows} (each call a unit of its own), {@code KvRows},
 *       {@code KvPartition}, {@code PartitionEdit}, {@code PartitionChange}; {@code Identity} and {@code TopRows} for
 *       lookups and sorting; {@code Purge} removes what has expired. {@code VersionSidecar} keeps a blob's version
 *       beside the blob.
 *   <li><b>Rules between blobs</b>, if {@link Constraints#ENFORCED}: {@link ConstraintIndex},
 *       {@code ConstraintRules}, {@code ConstraintCheck}, {@code ChildSets}, {@code IndexRecord}.
 *   <li><b>Migrations</b>: {@code KvReplica} with {@code StateReader}, {@code StateWriter} and {@code TargetBlob};
 *       {@code InventoryCount} and {@code UnclaimedMembers} find what no type describes.
 * </ul>
 */
@NullMarked
package io.storeway.kv;

import org.jspecify.annotations.NullMarked;
