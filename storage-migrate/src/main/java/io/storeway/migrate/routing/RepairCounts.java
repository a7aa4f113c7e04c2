package io.storeway.migrate.routing;

import java.util.Locale;

/**
 * What a repair of a running migration has done.
 *
 * @param marks how many marked partitions are equal now
 * @param residue how many partitions with residue were copied again
 * @param differing how many partitions that differed without a mark were copied again
 * @param failed how many partitions could not be repaired; among them those that only the following storage has and that no
 *     migration has put there
 */
public record RepairCounts(long marks, long residue, long differing, long failed) {

    /** The counts in words, for people. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "applied again: %,d partitions with marks, %,d with residue, %,d that differed; %,d failed",
                marks,
                residue,
                differing,
                failed);
    }
}
