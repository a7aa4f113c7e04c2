package io.storeway.migrate.internal.backfill;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.StopReason;
import io.storeway.migrate.internal.checkpoint.Checkpoint;
import io.storeway.migrate.internal.checkpoint.Checkpoints;
import io.storeway.migrate.internal.checkpoint.Lease;
import io.storeway.migrate.internal.checkpoint.Leases;
import io.storeway.migrate.internal.checkpoint.Tally;
import io.storeway.migrate.internal.run.Budget;
import io.storeway.migrate.internal.run.Meter;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of a backfill, type by type. */
public final class Backfill {

    private final Pairing pair;
    private final Consumer<ReplicaUnit> guard;
    private final Checkpoints checkpoints;
    private final Leases leases;
    private final Meter meter;
    private final Budget budget;
    private long writes;
    private @Nullable StopReason stopped;

    /**
     * Prepares a run.
     *
     * @param guard is called at the start of each unit of work and throws if the run may not write any more
     */
    public Backfill(Pairing pair, @Nullable MigrationPlan plan, Consumer<ReplicaUnit> guard) {
        this.pair = pair;
        this.guard = guard;
        this.checkpoints = new Checkpoints(pair.target());
        this.leases = new Leases(pair);
        this.meter = new Meter(pair.pace().timer(), plan, 1);
        this.budget = new Budget(
                pair.pace().limits(), pair.pace().timer(), pair.pace().gate());
    }

    public BackfillReport run() {
        pair.pace().gate().enter();
        try {
            return runAll();
        } finally {
            pair.pace().gate().leave();
        }
    }

    private BackfillReport runAll() {
        require(Capability.WRITES, "takes no writes");
        if (pair.pace().shared()) {
            require(Capability.CONDITIONAL_WRITES, "can't keep two processes apart");
            require(Capability.UNITS_OF_WORK, "can't keep two processes apart");
        }
        try (Workers workers = Workers.of(pair)) {
            return runAll(workers);
        }
    }

    private BackfillReport runAll(@Nullable Workers workers) {
        Instant startedAt = pair.clock().instant();
        long startNanos = pair.pace().timer().nanos();
        String planHash = prepare();
        List<Optional<Checkpoint>> last = pair.types().stream()
                .map(type -> retried(() -> checkpoints.find(type)))
                .toList();
        long latest = last.stream()
                .flatMap(Optional::stream)
                .mapToLong(Checkpoint::run)
                .max()
                .orElse(0);
        boolean resumed = latest > 0
                && !last.stream()
                        .allMatch(before -> before.filter(checkpoint -> checkpoint.endOf(latest))
                                .isPresent());
        long run = resumed ? latest : latest + 1;
        List<EntityProgress> progress = new ArrayList<>();
        for (int i = 0; i < pair.types().size(); i++) {
            EntityType<?> type = pair.types().get(i);
            progress.add(copyUnlessDone(type, last.get(i), new Tally(type.name(), planHash, run), workers));
        }
        if (stopped == null && (writes > 0 || resumed)) {
            includeUnchanged(last, run);
        }
        Duration took = Duration.ofNanos(pair.pace().timer().nanos() - startNanos);
        return new BackfillReport(startedAt, took, writes, resumed, progress, stopped);
    }

    /** Makes the target ready for checkpoints, and returns the hash of the plan. */
    private String prepare() {
        String planHash = retried(() -> {
            pair.planner().requireTwoPlaces();
            return pair.planner().hash();
        });
        retried(() -> {
            pair.target()
                    .replica()
                    .prepare(pair.pace().shared() ? List.of(Checkpoint.TYPE, Lease.TYPE) : List.of(Checkpoint.TYPE));
            return planHash;
        });
        return planHash;
    }

    /** Copies a type, unless the run was stopped before, or has already brought this type to its end by the same plan. */
    private EntityProgress copyUnlessDone(
            EntityType<?> type, Optional<Checkpoint> last, Tally none, @Nullable Workers workers) {
        boolean done = last.filter(checkpoint ->
                        checkpoint.endOf(none.run()) && checkpoint.planHash().equals(none.planHash()))
                .isPresent();
        if (stopped != null || done) {
            return last.map(Checkpoint::progress).orElse(Checkpoint.none(type.name()));
        }
        return pair.pace().shared() ? share(type, none, workers) : copy(type, last, none, workers);
    }

    private <R> R retried(Supplier<R> call) {
        return pair.pace().retries().call(call);
    }

    private void require(Capability needed, String otherwise) {
        pair.target().capabilities().reason(needed).ifPresent(reason -> {
            throw new UnsupportedCapabilityException(
                    "The target " + otherwise + ": " + reason,
                    new ErrorContext("backfill", pair.target().name(), null, null),
                    null);
        });
    }

    private EntityProgress share(EntityType<?> type, Tally none, @Nullable Workers workers) {
        SharedCopy copy = new SharedCopy(
                pair,
                type,
                new Shares(pair, type, none, leases),
                leases,
                meter,
                budget,
                workers,
                holding -> new TypeCopy(pair, type, holding, meter, budget, workers, none));
        EntityProgress progress = copy.run();
        writes += copy.writes();
        stopped = copy.stopped();
        return progress;
    }

    private EntityProgress copy(EntityType<?> type, Optional<Checkpoint> last, Tally none, @Nullable Workers workers) {
        Optional<Checkpoint> interrupted = last.filter(checkpoint -> !checkpoint.atEnd());
        interrupted.ifPresent(checkpoint -> checkpoint.require(none));
        if (interrupted.filter(checkpoint -> !checkpoint.parts().isEmpty()).isPresent()) {
            throw new MigrationException("Several processes share the interrupted backfill of " + type.name()
                    + "; share it to go on, or restart it to begin anew");
        }
        TypeCopy copy = new TypeCopy(pair, type, guard, meter, budget, workers, none);
        EntityProgress progress = copy.run(interrupted.orElse(null), last.isPresent());
        writes += copy.writes();
        stopped = copy.stopped();
        return progress;
    }

    /** Marks types in which nothing has changed as part of this run too; otherwise the run would seem interrupted. */
    private void includeUnchanged(List<Optional<Checkpoint>> last, long run) {
        List<Checkpoint> unchanged = last.stream()
                .flatMap(Optional::stream)
                .filter(checkpoint -> checkpoint.run() < run)
                .toList();
        if (unchanged.isEmpty()) {
            return;
        }
        retried(() -> pair.target().replica().transact(unit -> {
            guard.accept(unit);
            for (Checkpoint checkpoint : unchanged) {
                unit.repository(Checkpoint.TYPE)
                        .find(checkpoint.entity())
                        .filter(now -> now.run() < run)
                        .ifPresent(now -> unit.repository(Checkpoint.TYPE).save(now.ofRun(run)));
            }
            return run;
        }));
    }
}
