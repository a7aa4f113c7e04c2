package io.storeway.migrate.internal;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.migrate.VerifyOptions;
import io.storeway.spi.Fingerprint;
import io.storeway.spi.Fingerprinter;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Residue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/** Sums up the fingerprints of a partition's items. Not thread-safe. */
public final class PartitionDigest {

    private final List<? extends Field<?, ?>> partitionKey;
    private final LiveRows live;
    private final Set<Integer> carried;
    private final Fingerprinter fingerprinter;

    /** A digest over the fields that both sides carry. */
    public PartitionDigest(EntityType<?> type, LiveRows live, Set<Integer> carried) {
        this.partitionKey = type.partitionKey();
        this.live = live;
        this.carried = carried;
        this.fingerprinter = new Fingerprinter(type, carried);
    }

    /**
     * What a comparison knows of a partition.
     *
     * @param key the partition key as text
     * @param slot from 0 to 1,023, by the key alone
     * @param rows how many rows
     * @param residue how many residue items
     * @param sum the fingerprints of rows and residue, added
     */
    public record Summary(String key, int slot, int rows, int residue, Fingerprint sum) {
        /** How many rows and residue items. */
        public int items() {
            return rows + residue;
        }

        /** Whether the items are the same, whether they are rows or residue. */
        public boolean sameContent(Summary other) {
            return items() == other.items() && sum.equals(other.sum);
        }
    }

    /** The sums of a partition. */
    public Summary of(PartitionState state) {
        PartitionState judged = live.of(state);
        Fingerprint sum = Fingerprint.ZERO;
        for (PartitionState.Item item : judged.items()) {
            sum = sum.plus(fingerprinter.row(item.row()));
        }
        for (Residue item : judged.residue()) {
            sum = sum.plus(item.fingerprint());
        }
        String key = state.key().text(partitionKey);
        return new Summary(
                key, slot(key), judged.items().size(), judged.residue().size(), sum);
    }

    /** The slot that a partition falls into. */
    public int slot(PartitionState state) {
        return slot(state.key().text(partitionKey));
    }

    LiveRows live() {
        return live;
    }

    Set<Integer> carried() {
        return carried;
    }

    Fingerprinter fingerprinter() {
        return fingerprinter;
    }

    private static int slot(String key) {
        CRC32C checksum = new CRC32C();
        checksum.update(key.getBytes(StandardCharsets.UTF_8));
        return (int) (checksum.getValue() & (VerifyOptions.SLOTS - 1));
    }
}
