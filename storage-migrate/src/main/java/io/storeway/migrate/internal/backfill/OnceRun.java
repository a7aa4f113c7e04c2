package io.storeway.migrate.internal.backfill;

import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.RunStatus;
import io.storeway.migrate.internal.checkpoint.FinishedRun;
import io.storeway.migrate.internal.checkpoint.Lease;
import io.storeway.migrate.internal.checkpoint.Leases;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.migrate.internal.run.Timer;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A backfill that is made once for each version, by one of many instances while the others wait, or shared by all of them.
 */
public final class OnceRun {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Pairing pair;
    private final @Nullable MigrationPlan plan;
    private final String version;
    private final Leases leases;
    private final Timer timer;

    public OnceRun(Pairing pair, @Nullable MigrationPlan plan, String version) {
        this.pair = pair;
        this.plan = plan;
        this.version = version;
        this.leases = new Leases(pair);
        this.timer = pair.pace().timer();
    }

    /**
     * What an attempt to take the lease has found.
     *
     * @param held the lease, or null if another one holds it
     */
    private record Taken(boolean finished, @Nullable Lease held) {}

    public Optional<BackfillReport> run() {
        pair.pace().retries().call(() -> {
            pair.target().replica().prepare(List.of(Lease.TYPE, FinishedRun.TYPE));
            return version;
        });
        return pair.pace().shared() ? share() : runAlone();
    }

    private Optional<BackfillReport> share() {
        if (transact(this::finished)) {
            return Optional.empty();
        }
        BackfillReport report = new Backfill(pair, plan, unit -> {}).run();
        if (report.complete()) {
            transact(unit -> finished(unit) ? report : finish(unit, report));
        }
        return Optional.of(report);
    }

    private Optional<BackfillReport> runAlone() {
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
            } catch (Leases.Lost e) {
                timer.await(timer.jittered(BETWEEN_LOOKS));
            }
        }
    }

    private <R> R transact(Function<? super ReplicaUnit, ? extends R> work) {
        return pair.pace().retries().call(() -> pair.target().replica().transact(work));
    }

    private boolean finished(ReplicaUnit unit) {
        return unit.repository(FinishedRun.TYPE).exists(version);
    }

    private Taken take(ReplicaUnit unit) {
        return finished(unit)
                ? new Taken(true, null)
                : new Taken(false, leases.take(unit, Lease.BACKFILL).orElse(null));
    }

    private BackfillReport run(Lease held) {
        try {
            BackfillReport report = new Backfill(pair, plan, unit -> leases.hold(unit, held)).run();
            if (report.complete()) {
                transact(unit -> {
                    leases.hold(unit, held);
                    return finish(unit, report);
                });
            }
            return report;
        } finally {
            leases.release(held);
        }
    }

    private BackfillReport finish(ReplicaUnit unit, BackfillReport report) {
        unit.repository(FinishedRun.TYPE)
                .save(new FinishedRun(
                        version,
                        report.clean() ? RunStatus.DONE : RunStatus.DONE_WITH_RESIDUE,
                        pair.planner().hash(),
                        timer.instant().truncatedTo(ChronoUnit.MILLIS)));
        return report;
    }
}
