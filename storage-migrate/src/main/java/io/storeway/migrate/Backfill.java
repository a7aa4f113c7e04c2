package io.storeway.migrate;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.migrate.internal.Convergence;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.ReplicaStore.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run of a backfill: page by page, each page and its checkpoint in one unit of work of the target. */
final class Backfill {

    private final Pairing pair;
    private final Planner planner;
    private final Checkpoints checkpoints;
    private final Convergence convergence;
    private long writes;

    Backfill(Pairing pair) {
        this.pair = pair;
        this.planner = pair.planner();
        this.checkpoints = new Checkpoints(pair.target());
        this.convergence = new Convergence(pair.target(), planner::carried);
    }

    BackfillReport run() {
        requireWrites();
        Instant startedAt = pair.clock().instant();
        long startNanos = System.nanoTime();
        String planHash = planner.hash();
        pair.target().replica().prepare(List.of(Checkpoint.TYPE));
        List<Optional<Checkpoint>> last =
                pair.types().stream().map(checkpoints::find).toList();
        boolean resumed = last.stream().anyMatch(Optional::isPresent)
                && last.stream()
                        .anyMatch(checkpoint ->
                                checkpoint.filter(Checkpoint::atEnd).isEmpty());
        List<EntityProgress> progress = new ArrayList<>();
        for (int i = 0; i < pair.types().size(); i++) {
            Optional<Checkpoint> done = last.get(i)
                    .filter(checkpoint -> resumed
                            && checkpoint.atEnd()
                            && checkpoint.planHash().equals(planHash));
            progress.add(
                    done.isPresent()
                            ? done.get().progress()
                            : runTree(pair.types().get(i), last.get(i), planHash));
        }
        return new BackfillReport(
                startedAt, Duration.ofNanos(System.nanoTime() - startNanos), writes, resumed, progress);
    }

    private void requireWrites() {
        pair.target().capabilities().reason(Capability.WRITES).ifPresent(reason -> {
            throw new UnsupportedCapabilityException(
                    "The target takes no writes: " + reason,
                    new ErrorContext("backfill", pair.target().name(), null, null),
                    null);
        });
    }

    /** Where a type refers to itself, a record may come before the one it refers to; a further pass lets it in. */
    private EntityProgress runTree(EntityType<?> type, Optional<Checkpoint> last, String planHash) {
        EntityProgress progress = run(type, last, planHash);
        boolean tree = type.references().stream().anyMatch(reference -> reference.target() == type);
        long before = Long.MAX_VALUE;
        while (tree && progress.residue() > 0 && progress.residue() < before) {
            before = progress.residue();
            progress = run(type, checkpoints.find(type), planHash);
        }
        return progress;
    }

    private EntityProgress run(EntityType<?> type, Optional<Checkpoint> last, String planHash) {
        Optional<Checkpoint> interrupted = last.filter(checkpoint -> !checkpoint.atEnd());
        if (interrupted.isPresent() && !interrupted.get().planHash().equals(planHash)) {
            throw new MigrationException("The interrupted backfill of " + type.name()
                    + " was made with another catalog or another pair of storages; restart it to begin anew");
        }
        Tally tally = interrupted.map(Tally::of).orElseGet(() -> new Tally(type.name(), planHash));
        @Nullable String cursor = interrupted.map(Checkpoint::cursor).orElse(null);
        LiveRows live = LiveRows.of(type, pair.clock().instant());
        boolean saved = interrupted.isPresent();
        do {
            ReplicaStore.ScanPage page = pair.source().replica().scan(type, cursor, pair.batch());
            cursor = page.next();
            Part part = new Part(type, page.partitions(), live, tally, cursor, saved || last.isEmpty());
            PartResult result = pair.target().replica().transact(part::apply);
            tally = result.tally();
            writes += result.writes();
            saved |= result.writes() > 0;
            pair.listener().progress(ProgressListener.Phase.BACKFILL, type.name(), tally.partitions(), tally.items());
        } while (cursor != null);
        return tally.checkpoint(tally.atEnd(), null, pair.clock().instant()).progress();
    }

    /** What a unit of work has done. */
    private record PartResult(Tally tally, long writes) {}

    /** One page of the source. The unit of work may run it more than once, so it changes nothing of its own. */
    private final class Part {
        private final EntityType<?> type;
        private final List<PartitionState> partitions;
        private final LiveRows live;
        private final Tally before;
        private final @Nullable String next;
        /** Whether the checkpoint is saved even if the page changes nothing. */
        private final boolean save;

        Part(
                EntityType<?> type,
                List<PartitionState> partitions,
                LiveRows live,
                Tally before,
                @Nullable String next,
                boolean save) {
            this.type = type;
            this.partitions = partitions;
            this.live = live;
            this.before = before;
            this.next = next;
            this.save = save;
        }

        PartResult apply(ReplicaStore.ReplicaUnit unit) {
            Tally tally = before.copy();
            List<PartitionState> states = new ArrayList<>(partitions.size());
            for (PartitionState partition : partitions) {
                PartitionState state = live.of(partition);
                tally.expired(partition.items().size() - state.items().size());
                states.add(state);
            }
            long changed = 0;
            for (Convergence.Result result : convergence.apply(unit, type, states)) {
                PartitionState state = result.state();
                tally.partition(state, result.outcome());
                changed += result.outcome() == Outcome.APPLIED
                        ? state.items().size() + state.residue().size()
                        : 0;
            }
            if (changed > 0 || save) {
                RunStatus status = next == null ? tally.atEnd() : RunStatus.RUNNING;
                unit.repository(Checkpoint.TYPE)
                        .save(tally.checkpoint(status, next, pair.clock().instant()));
            }
            return new PartResult(tally, changed);
        }
    }
}
