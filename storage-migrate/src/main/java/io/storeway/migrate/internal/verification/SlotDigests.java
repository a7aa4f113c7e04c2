package io.storeway.migrate.internal.verification;

import io.storeway.migrate.VerifyOptions;
import io.storeway.migrate.internal.PartitionDigest;
import io.storeway.spi.Fingerprint;
import java.util.Arrays;
import java.util.BitSet;

/** The sums of the fingerprints of one side, for each slot. Not thread-safe. */
final class SlotDigests {

    private static final int SLOTS = VerifyOptions.SLOTS;

    private final Fingerprint[] sums = new Fingerprint[SLOTS];
    private final long[] partitionCounts = new long[SLOTS];
    private final long[] itemCounts = new long[SLOTS];
    private long residue;

    SlotDigests() {
        Arrays.fill(sums, Fingerprint.ZERO);
    }

    void add(PartitionDigest.Summary summary) {
        if (summary.items() > 0) {
            int slot = summary.slot();
            sums[slot] = sums[slot].plus(summary.sum());
            partitionCounts[slot]++;
            itemCounts[slot] += summary.items();
            residue += summary.residue();
        }
    }

    /** The slots in which the two sides differ. */
    BitSet differing(SlotDigests other) {
        BitSet slots = new BitSet(SLOTS);
        for (int slot = 0; slot < SLOTS; slot++) {
            slots.set(slot, itemCounts[slot] != other.itemCounts[slot] || !sums[slot].equals(other.sums[slot]));
        }
        return slots;
    }

    long partitions(int slot) {
        return partitionCounts[slot];
    }

    long partitions() {
        return Arrays.stream(partitionCounts).sum();
    }

    long items() {
        return Arrays.stream(itemCounts).sum();
    }

    long residue() {
        return residue;
    }
}
