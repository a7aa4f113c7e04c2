package io.storeway.migrate.internal.dryrun;

import io.storeway.EntityType;
import io.storeway.migrate.DryRunReport;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.migrate.internal.run.Pages;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.spi.PartitionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the whole source as a backfill would, and checks each item against the rules of the target, in memory. */
public final class DryRun {

    private static final int WRITING_TAKES_LONGER = 4;

    private final Pairing pair;
    /** For types that others refer to, the keys of records that would become rows. */
    private final Map<EntityType<?>, KeySet> parents = new HashMap<>();

    public DryRun(Pairing pair) {
        this.pair = pair;
        for (EntityType<?> type : pair.types()) {
            type.references().forEach(reference -> parents.put(reference.target(), new KeySet()));
        }
    }

    public DryRunReport run(MigrationPlan plan) {
        long start = pair.pace().timer().nanos();
        List<DryRunReport.Entity> entities = new ArrayList<>();
        for (EntityType<?> type : pair.types()) {
            entities.add(examine(type));
        }
        Duration took = Duration.ofNanos(pair.pace().timer().nanos() - start);
        return new DryRunReport(plan, took, took.multipliedBy(WRITING_TAKES_LONGER), entities);
    }

    private DryRunReport.Entity examine(EntityType<?> type) {
        boolean tree = type.references().stream().anyMatch(reference -> reference.target() == type);
        if (tree) {
            // A record may come before the one it refers to; so the keys are collected first.
            read(
                    type,
                    (partition, expired) -> partition
                            .items()
                            .forEach(item -> own(type).add(item.row().key())));
        }
        Examination examination = new Examination(type, pair.target().capabilities(), parents, tree ? null : own(type));
        read(type, examination::add);
        return examination.result();
    }

    private KeySet own(EntityType<?> type) {
        return parents.computeIfAbsent(type, missing -> new KeySet());
    }

    /** Takes a partition without its expired rows, and their number. */
    @FunctionalInterface
    private interface Taker {
        void take(PartitionState partition, int expired);
    }

    private void read(EntityType<?> type, Taker taker) {
        LiveRows live = LiveRows.of(type, pair.clock().instant());
        try (Pages pages = pair.pages(pair.source(), type)) {
            while (pages.hasNext()) {
                for (PartitionState partition : pages.next().partitions()) {
                    PartitionState judged = live.of(partition);
                    taker.take(judged, partition.items().size() - judged.items().size());
                }
            }
        }
    }
}
