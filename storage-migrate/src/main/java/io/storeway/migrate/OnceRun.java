package io.storeway.migrate;

import io.storeway.Key;
import io.storeway.error.StorageException;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A backfill that one of many instances makes. The lease in the target only saves work; what keeps two of them apart is its
 * token, which every unit of work checks and holds until it ends. So a holder that was stopped, or whose clock is
 * wrong, writes nothing after another has taken over.
 */
final class OnceRun {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Pairing pair;
    private final @Nullable MigrationPlan plan;
    private final String version;
    private final Duration lasting;
    private final String holder = UUID.randomUUID().toString();
    private final Timer timer;

    OnceRun(Pairing pair, @Nullable MigrationPlan plan, String version, Duration lasting) {
        this.pair = pair;
        this.plan = plan;
        this.version = version;
        this.lasting = lasting;
        this.timer = pair.pace().timer();
    }

    /** Another instance has taken over; nothing of the unit is written. */
    private static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Lost() {
            super("Another instance has taken over the backfill", null, false, false);
        }
    }

    /**
     * What an attempt to take the lease has found.
     *
     * @param held the lease, or null if another one holds it
     */
    private record Taken(boolean finished, @Nullable Lease held) {}

    Optional<BackfillReport> run() {
        pair.pace().retries().call(() -> {
            pair.target().replica().prepare(List.of(Lease.TYPE, FinishedRun.TYPE));
            return version;
        });
        while (true) {
            Taken taken = transact(this::take);
            if (taken.finished()) {
                return Optional.empty();
            }
            if (taken.held() == null) {
                timer.await(timer.jittered(BETWEEN_LOOKS));
                continue;
            }
            try {
                return Optional.of(run(taken.held()));
            } catch (Lost e) {
                timer.await(timer.jittered(BETWEEN_LOOKS));
            }
        }
    }

    private <R> R transact(Function<? super ReplicaUnit, ? extends R> work) {
        return pair.pace().retries().call(() -> pair.target().replica().transact(work));
    }

    private Taken take(ReplicaUnit unit) {
        if (unit.repository(FinishedRun.TYPE).exists(version)) {
            return new Taken(true, null);
        }
        Optional<Lease> before = unit.repository(Lease.TYPE).find(Lease.BACKFILL);
        if (before.filter(lease -> !lease.free(timer.instant())).isPresent()) {
            return new Taken(false, null);
        }
        long token = before.map(Lease::token).orElse(0L) + 1;
        Lease mine = new Lease(Lease.BACKFILL, holder, token, end());
        unit.repository(Lease.TYPE).save(mine);
        return new Taken(false, mine);
    }

    private Instant end() {
        return timer.instant().plus(lasting).truncatedTo(ChronoUnit.MILLIS);
    }

    private BackfillReport run(Lease held) {
        try {
            BackfillReport report = new Backfill(pair, plan, unit -> hold(unit, held)).run();
            if (report.complete()) {
                transact(unit -> finish(unit, held, report));
            }
            return report;
        } finally {
            release(held);
        }
    }

    /** Keeps the unit from taking effect unless the lease is still the newest, and makes it last. */
    private void hold(ReplicaUnit unit, Lease held) {
        Lease newest = unit.pin(Lease.TYPE, Key.of(Lease.BACKFILL)).orElseThrow(Lost::new);
        if (newest.token() != held.token()) {
            throw new Lost();
        }
        if (timer.instant().plus(lasting.dividedBy(2)).isAfter(newest.until())) {
            unit.repository(Lease.TYPE).save(newest.until(end()));
        }
    }

    private BackfillReport finish(ReplicaUnit unit, Lease held, BackfillReport report) {
        hold(unit, held);
        unit.repository(FinishedRun.TYPE)
                .save(new FinishedRun(
                        version,
                        report.clean() ? RunStatus.DONE : RunStatus.DONE_WITH_RESIDUE,
                        pair.planner().hash(),
                        timer.instant().truncatedTo(ChronoUnit.MILLIS)));
        return report;
    }

    /** Lets others take the lease at once; where that fails, they wait until it ends. */
    private void release(Lease held) {
        try {
            pair.target().replica().transact(unit -> {
                Optional<Lease> newest = unit.repository(Lease.TYPE).find(Lease.BACKFILL);
                newest.filter(lease -> lease.token() == held.token())
                        .ifPresent(lease -> unit.repository(Lease.TYPE).save(lease.until(Instant.EPOCH)));
                return held;
            });
        } catch (StorageException e) {
            // It ends by itself; what the run has found out is worth more than this.
            return;
        }
    }
}
