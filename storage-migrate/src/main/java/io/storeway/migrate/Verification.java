package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.migrate.internal.PartitionDigest;
import io.storeway.migrate.internal.Scan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One full comparison. A first pass over each side sums the fingerprints of all items into 1,024 slots; only slots whose
 * sums differ are read again, partition by partition. Sums don't depend on the order in which a store lists its
 * partitions, so engines with different collations compare equal, and a clean run holds a few kilobytes.
 */
final class Verification {

    static final int MAX_EXAMPLES = 100;

    private final Pairing pair;
    private final Meter meter;

    Verification(Pairing pair, @Nullable MigrationPlan plan) {
        this.pair = pair;
        this.meter = new Meter(pair.pace().timer(), plan, 2);
    }

    VerificationReport run() {
        Instant startedAt = pair.clock().instant();
        long startNanos = System.nanoTime();
        List<VerificationReport.Entity> entities = new ArrayList<>();
        for (EntityType<?> type : pair.types()) {
            entities.add(compare(type));
        }
        return new VerificationReport(startedAt, Duration.ofNanos(System.nanoTime() - startNanos), entities);
    }

    private VerificationReport.Entity compare(EntityType<?> type) {
        LiveRows live = LiveRows.of(type, pair.clock().instant());
        PartitionDigest digest = new PartitionDigest(type, live, pair.planner().carried(type));
        SlotDigests left = digest(pair.source(), type, digest, ProgressListener.Phase.VERIFY_SOURCE);
        SlotDigests right = digest(pair.target(), type, digest, ProgressListener.Phase.VERIFY_TARGET);
        BitSet differing = left.differing(right);
        DifferenceFinder finder = new DifferenceFinder(
                type, pair.source().replica(), pair.target().replica(), digest, pair.readAtOnce());
        finder.find(differing, left, right);
        return new VerificationReport.Entity(
                type.name(),
                left.partitions(),
                right.partitions(),
                left.items(),
                right.items(),
                right.residue(),
                finder.count(),
                finder.examples());
    }

    private SlotDigests digest(Storage side, EntityType<?> type, PartitionDigest digest, ProgressListener.Phase phase) {
        SlotDigests slots = new SlotDigests();
        Scan.of(side.replica(), type, pair.readAtOnce(), state -> {
            slots.add(digest.of(state));
            if (slots.partitions() % 1_000 == 0) {
                pair.listener().progress(meter.at(phase, type.name(), slots.partitions(), slots.items()));
            }
        });
        pair.listener().progress(meter.at(phase, type.name(), slots.partitions(), slots.items()));
        return slots;
    }
}
