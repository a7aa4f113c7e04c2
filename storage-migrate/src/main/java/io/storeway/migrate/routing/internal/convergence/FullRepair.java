package io.storeway.migrate.routing.internal.convergence;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.error.StorageException;
import io.storeway.migrate.Difference;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.internal.Scan;
import io.storeway.migrate.routing.RepairCounts;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.replication.PartitionId;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Version;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Repairs, of a running migration, everything that is marked, that has residue, or that differs. */
public final class FullRepair {

    private static final int PAGE = 500;

    private final Sides sides;
    private final RoutingOptions options;
    private final Refusals refusals;
    private final Converger converger;

    public FullRepair(Sides sides, RoutingOptions options) {
        this.sides = sides;
        this.options = options;
        this.refusals = new Refusals();
        this.converger = new Converger(sides, refusals);
    }

    public RepairCounts run(StageRecord record) {
        Side authority = Stages.authority(record.stage()).orElseThrow();
        Repairer.Repaired marks = new Repairer(sides, refusals).repairAll(authority, record.term());
        Round residue = new Round(authority, record.term());
        for (EntityType<?> type : sides.types()) {
            Set<Key> keys = new LinkedHashSet<>();
            Scan.of(sides.of(authority.other()).replica(), type, PAGE, state -> {
                if (!state.residue().isEmpty()) {
                    keys.add(state.key());
                }
            });
            keys.forEach(key -> residue.converge(type, key));
        }
        Round differing = new Round(authority, record.term());
        new LiveVerification(sides, options).look(authority, differing);
        return new RepairCounts(
                marks.repaired(),
                residue.partitions,
                differing.partitions,
                marks.failed() + residue.failed + differing.failed);
    }

    /** Repairs partitions one by one; once a storage is out of reach, the rest is only counted as failed. */
    private final class Round implements ProgressListener {
        private final Side authority;
        private final long term;
        private final Outage outage = new Outage();
        private PartitionId last = new PartitionId("", "");
        private long partitions;
        private long failed;

        Round(Side authority, long term) {
            this.authority = authority;
            this.term = term;
        }

        @Override
        public void progress(Phase phase, String entity, long done, long items) {
            // How far a comparison has got is of no interest here.
        }

        /** Repairs the partition of a difference, once: all differences of a partition are told one after the other. */
        @Override
        public void difference(Difference found) {
            PartitionId partition = new PartitionId(found.entity(), found.partition());
            if (!partition.equals(last)) {
                last = partition;
                EntityType<?> type = sides.type(found.entity());
                Key key = Key.parse(found.partition(), type.partitionKey());
                if (found.kind() == Difference.Kind.EXTRA && followersOwn(type, key)) {
                    failed++;
                } else {
                    converge(type, key);
                }
            }
        }

        /** Whether only the follower has the partition, and no migration has put it there. Such a partition isn't removed. */
        private boolean followersOwn(EntityType<?> type, Key partition) {
            PartitionState decided = state(authority, type, partition);
            return decided.isEmpty()
                    && !Sides.gone(
                            decided, state(authority.other(), type, partition).version());
        }

        private PartitionState state(Side side, EntityType<?> type, Key partition) {
            return sides.of(side).replica().read(type, List.of(partition)).get(0);
        }

        void converge(EntityType<?> type, Key partition) {
            partitions++;
            if (outage.lasts()) {
                failed++;
                return;
            }
            try {
                converger.converge(authority, term, type, Map.of(partition, Version.NONE));
                outage.succeeded();
            } catch (StorageException e) {
                outage.failed(e);
                failed++;
            }
        }
    }
}
