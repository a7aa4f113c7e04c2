package io.storeway.migrate.routing;

/**
 * What a repair of a running migration has done.
 *
 * @param marks how many marked partitions are equal now
 * @param residue how many partitions with residue were copied again
 * @param differing how many partitions that differed without a mark were copied again
 * @param failed how many partitions could not be repaired; among them those that only the following storage has and that no
 *     migration has put there
 */
public record RepairCounts(long marks, long residue, long differing, long failed) {}
