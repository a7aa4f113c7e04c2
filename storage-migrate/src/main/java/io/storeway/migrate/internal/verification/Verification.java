package io.storeway.migrate.internal.verification;

import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.VerifyOptions;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.migrate.internal.PartitionDigest;
import io.storeway.migrate.internal.run.Meter;
import io.storeway.migrate.internal.run.Pages;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.spi.PartitionState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One comparison. A first pass over each side adds the fingerprints of all items up in 1,024 slots; only the partitions of slots whose
 * sums differ are read again. A sum doesn't depend on the order in which a store lists its partitions, so stores with different
 * collations can be compared, and a run that finds no difference needs a few kilobytes.
 */
public final class Verification {

    public static final int MAX_EXAMPLES = 100;

    private static final int TOLD_AFTER = 1_000;

    private final Pairing pair;
    private final VerifyOptions options;
    private final Meter meter;

    public Verification(Pairing pair, VerifyOptions options, @Nullable MigrationPlan plan) {
        this.pair = pair;
        this.options = options;
        this.meter = new Meter(pair.pace().timer(), plan, 2);
    }

    public VerificationReport run() {
        Instant startedAt = pair.clock().instant();
        long start = pair.pace().timer().nanos();
        List<VerificationReport.Entity> entities = new ArrayList<>();
        for (EntityType<?> type : pair.types()) {
            entities.add(compare(type));
        }
        return new VerificationReport(
                startedAt,
                Duration.ofNanos(pair.pace().timer().nanos() - start),
                (double) options.slots() / VerifyOptions.SLOTS,
                entities);
    }

    private VerificationReport.Entity compare(EntityType<?> type) {
        LiveRows live = LiveRows.of(type, pair.clock().instant());
        PartitionDigest digest = new PartitionDigest(type, live, pair.planner().carried(type));
        SlotDigests left = digest(pair.source(), type, digest, ProgressListener.Phase.VERIFY_SOURCE);
        SlotDigests right = digest(pair.target(), type, digest, ProgressListener.Phase.VERIFY_TARGET);
        DifferenceFinder finder = new DifferenceFinder(pair, type, digest, options);
        finder.find(left.differing(right), left, right);
        return new VerificationReport.Entity(
                type.name(),
                left.partitions(),
                right.partitions(),
                left.items(),
                right.items(),
                right.residue(),
                finder.count(),
                finder.passing(),
                finder.moving(),
                finder.examples());
    }

    private SlotDigests digest(Storage side, EntityType<?> type, PartitionDigest digest, ProgressListener.Phase phase) {
        SlotDigests slots = new SlotDigests();
        long seen = 0;
        try (Pages pages = pair.pages(side, type)) {
            while (pages.hasNext()) {
                for (PartitionState state : pages.next().partitions()) {
                    if (covered(digest.slot(state))) {
                        slots.add(digest.of(state));
                    }
                    seen++;
                    if (seen % TOLD_AFTER == 0) {
                        tell(phase, type, seen, slots);
                    }
                }
            }
        }
        tell(phase, type, seen, slots);
        return slots;
    }

    private boolean covered(int slot) {
        return Math.floorMod(slot - options.firstSlot(), VerifyOptions.SLOTS) < options.slots();
    }

    private void tell(ProgressListener.Phase phase, EntityType<?> type, long partitions, SlotDigests slots) {
        pair.listener().progress(meter.at(phase, type.name(), partitions, slots.items()));
    }
}
