package io.storeway.migrate.routing;

/**
 * What a repair has come to.
 *
 * @param marks marked partitions that are equal now
 * @param residue partitions with residue that were applied once more
 * @param differing partitions that differed without a mark and were applied once more
 * @param failed partitions that could not be repaired, and those that only the following storage has and no migration has put there
 */
public record RepairCounts(long marks, long residue, long differing, long failed) {}
