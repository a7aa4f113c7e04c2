package io.storeway.migrate.routing.internal.writes;

import io.storeway.error.StorageException;
import io.storeway.internal.ForwardClock;
import io.storeway.migrate.internal.Threads;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.convergence.Repairer;
import io.storeway.migrate.routing.internal.membership.Member;
import io.storeway.migrate.routing.internal.membership.View;
import io.storeway.migrate.routing.internal.replication.PartitionId;
import io.storeway.migrate.routing.internal.replication.Sides;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Repairs what is marked, round by round, on a thread of its own, so that a storage that hangs delays neither leases nor the kill
 * switch. Before that, admits the side that could not be reached when the instance was opened. Thread-safe.
 *
 * <p>A round ends at an outage, and the rest until the next round doubles, up to ten seconds. A round that finds nothing to do is
 * followed by a rest nine times as long as it took, since some stores walk through all keys to find marks.
 */
public final class RepairRounds implements AutoCloseable {

    private static final Duration LONGEST_REST = Duration.ofSeconds(10);
    private static final int REST = 9;

    private final Sides sides;
    private final Repairer repairer;
    private final Member member;
    private final Pending pending;
    private final RoutingOptions options;
    /** Never goes back, so that a rest doesn't become longer when the machine's clock is set back. */
    private final Clock clock;
    /** With room for the next round, which may begin when the last one has ended but its thread isn't idle yet. */
    private final ExecutorService thread = Threads.single("storeway-repair", 1);

    private final AtomicBoolean running = new AtomicBoolean();
    private Duration afterOutage = Duration.ZERO;
    private volatile Instant next = Instant.MIN;
    private volatile @Nullable RuntimeException failure;

    public RepairRounds(Sides sides, Repairer repairer, Member member, Pending pending, RoutingOptions options) {
        this.sides = sides;
        this.repairer = repairer;
        this.member = member;
        this.pending = pending;
        this.options = options;
        this.clock = new ForwardClock(options.clock());
    }

    /** Begins a round, unless one is running or it is too early. Without a heartbeat, in tests, the round is done at once. */
    public void begin() {
        if (options.heartbeat().isZero()) {
            round();
        } else if (!clock.instant().isBefore(next) && running.compareAndSet(false, true)) {
            thread.execute(this::run);
        }
    }

    private void run() {
        try {
            Instant begun = clock.instant();
            Repairer.Repaired repaired = round();
            rest(begun, repaired.repaired() == 0, repaired.outage());
            failure = repairer.failure().orElse(null);
        } catch (StorageException e) {
            rest(clock.instant(), true, true);
            failure = e;
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            running.set(false);
        }
    }

    private void rest(Instant begun, boolean idle, boolean outage) {
        Instant now = clock.instant();
        if (outage) {
            Duration longer = afterOutage.isZero() ? options.heartbeat() : afterOutage.multipliedBy(2);
            afterOutage = longer.compareTo(LONGEST_REST) < 0 ? longer : LONGEST_REST;
            next = now.plus(afterOutage);
        } else {
            afterOutage = Duration.ZERO;
            next = idle ? now.plus(Duration.between(begun, now).multipliedBy(REST)) : now;
        }
    }

    /** What went wrong in the last round, if anything did, be it with a single partition. */
    public Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    private Repairer.Repaired round() {
        sides.admit();
        View view = member.view();
        if (!Stages.dual(view.stage())) {
            return Repairer.Repaired.NOTHING;
        }
        Side authority = Stages.authority(view.stage()).orElseThrow();
        Map<PartitionId, Long> behind = pending.behind();
        boolean others = behind.containsKey(Pending.OTHERS);
        // Nobody knows which partitions the others are. They have followed when every mark is repaired.
        Instant now = options.clock().instant();
        Instant until = others ? Instant.MAX : now.minus(options.followerTimeout());
        Repairer.Repaired repaired = repairer.repair(authority, view.record().term(), until, now.plus(options.skew()));
        Set<PartitionId> met = new HashSet<>(behind.keySet());
        met.remove(Pending.OTHERS);
        met.retainAll(repairer.unmarked(authority, List.copyOf(met)));
        if (others && repaired.failed() == 0) {
            met.add(Pending.OTHERS);
        }
        behind.keySet().retainAll(met);
        behind.forEach(pending::repaired);
        return repaired;
    }

    /** Waits for a round that runs, up to a few seconds. */
    @Override
    public void close() {
        thread.shutdown();
        Threads.await(RoutingOptions.CLOSING, thread);
    }
}
