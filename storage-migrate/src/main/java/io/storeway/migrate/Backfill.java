package io.storeway.migrate;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of a backfill: type by type, and types that refer to themselves as often as that lets in more. */
final class Backfill {

    private final Pairing pair;
    private final Consumer<ReplicaUnit> guard;
    private final Checkpoints checkpoints;
    private final Meter meter;
    private final Budget budget;
    private long writes;
    private @Nullable StopReason stopped;

    /**
     * Prepares a run.
     *
     * @param guard is called at the start of each unit of work and throws if the run may not write any more
     */
    Backfill(Pairing pair, @Nullable MigrationPlan plan, Consumer<ReplicaUnit> guard) {
        this.pair = pair;
        this.guard = guard;
        this.checkpoints = new Checkpoints(pair.target());
        this.meter = new Meter(pair.pace().timer(), plan, 1);
        this.budget = new Budget(
                pair.pace().limits(), pair.pace().timer(), pair.pace().gate());
    }

    BackfillReport run() {
        pair.pace().gate().enter();
        try {
            return runAll();
        } finally {
            pair.pace().gate().leave();
        }
    }

    private BackfillReport runAll() {
        requireWrites();
        try (Workers workers = Workers.of(pair)) {
            return runAll(workers);
        }
    }

    private BackfillReport runAll(@Nullable Workers workers) {
        Instant startedAt = pair.clock().instant();
        long startNanos = pair.pace().timer().nanos();
        String planHash = pair.pace().retries().call(pair.planner()::hash);
        pair.pace().retries().call(() -> {
            pair.target().replica().prepare(List.of(Checkpoint.TYPE));
            return planHash;
        });
        List<Optional<Checkpoint>> last = pair.types().stream()
                .map(type -> pair.pace().retries().call(() -> checkpoints.find(type)))
                .toList();
        boolean resumed = last.stream().anyMatch(Optional::isPresent)
                && last.stream()
                        .anyMatch(checkpoint ->
                                checkpoint.filter(Checkpoint::atEnd).isEmpty());
        List<EntityProgress> progress = new ArrayList<>();
        for (int i = 0; i < pair.types().size(); i++) {
            EntityType<?> type = pair.types().get(i);
            Optional<Checkpoint> before = last.get(i);
            boolean done = resumed
                    && before.filter(Checkpoint::atEnd)
                            .filter(checkpoint -> checkpoint.planHash().equals(planHash))
                            .isPresent();
            if (done || stopped != null) {
                progress.add(before.map(Checkpoint::progress).orElse(EntityProgress.none(type.name())));
            } else {
                progress.add(runTree(type, before, planHash, workers));
            }
        }
        Duration took = Duration.ofNanos(pair.pace().timer().nanos() - startNanos);
        return new BackfillReport(startedAt, took, writes, resumed, progress, stopped);
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
    private EntityProgress runTree(
            EntityType<?> type, Optional<Checkpoint> last, String planHash, @Nullable Workers workers) {
        EntityProgress progress = run(type, last, planHash, workers);
        boolean tree = type.references().stream().anyMatch(reference -> reference.target() == type);
        long before = Long.MAX_VALUE;
        while (tree && stopped == null && progress.residue() > 0 && progress.residue() < before) {
            before = progress.residue();
            progress = run(type, checkpoints.find(type), planHash, workers);
        }
        return progress;
    }

    private EntityProgress run(
            EntityType<?> type, Optional<Checkpoint> last, String planHash, @Nullable Workers workers) {
        Optional<Checkpoint> interrupted = last.filter(checkpoint -> !checkpoint.atEnd());
        if (interrupted.isPresent() && !interrupted.get().planHash().equals(planHash)) {
            throw new MigrationException("The interrupted backfill of " + type.name()
                    + " was made with another catalog or another pair of storages; restart it to begin anew");
        }
        TypeCopy copy = new TypeCopy(pair, type, guard, meter, budget, workers);
        EntityProgress progress = copy.run(interrupted.orElse(null), last.isPresent(), planHash);
        writes += copy.writes();
        stopped = copy.stopped();
        return progress;
    }
}
