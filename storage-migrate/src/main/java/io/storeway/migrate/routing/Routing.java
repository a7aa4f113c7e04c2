package io.storeway.migrate.routing;

import io.storeway.error.StorageException;
import io.storeway.migrate.internal.Threads;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.convergence.Converger;
import io.storeway.migrate.routing.internal.convergence.Refusals;
import io.storeway.migrate.routing.internal.convergence.Repairer;
import io.storeway.migrate.routing.internal.membership.Member;
import io.storeway.migrate.routing.internal.membership.ReadHealth;
import io.storeway.migrate.routing.internal.membership.ShadowCounts;
import io.storeway.migrate.routing.internal.reads.RoutedReads;
import io.storeway.migrate.routing.internal.reads.ShadowReads;
import io.storeway.migrate.routing.internal.replication.MarkCleaner;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.steps.StageWatch;
import io.storeway.migrate.routing.internal.writes.Follower;
import io.storeway.migrate.routing.internal.writes.Pending;
import io.storeway.migrate.routing.internal.writes.RepairRounds;
import io.storeway.migrate.routing.internal.writes.RoutedWrites;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one instance of a routed storage, and its background work: to renew the lease, watch the stage, remove marks, repair,
 * and follow the advisor.
 */
final class Routing implements AutoCloseable {

    private static final int SHADOW_QUEUE = 1_000;

    private final Sides sides;
    private final RoutingOptions options;
    private final Member member;
    private final Pending pending;
    private final MarkCleaner cleaner;
    private final Follower follower;
    private final RepairRounds repairs;
    private final RoutedWrites writes;
    private final ShadowReads shadow;
    private final RoutedReads reads;
    private final StageWatch watch;
    private final ShadowCounts counts = new ShadowCounts();
    private final ControlRecords controls;
    private final ExecutorService advising;
    private @Nullable Advice advice;
    private final ScheduledExecutorService asking =
            Executors.newSingleThreadScheduledExecutor(Threads.daemons("storeway-asking"));
    private final ExecutorService shadowing;
    private final ScheduledExecutorService background =
            Executors.newSingleThreadScheduledExecutor(Threads.daemons("storeway-migration"));
    /** Removes marks. While the authority is slow or its marks are being written, that must not delay the lease. */
    private final ExecutorService cleaning = Threads.single("storeway-marks", 1);

    private volatile @Nullable ScheduledFuture<?> ticking;
    private volatile @Nullable RuntimeException lastFailure;

    Routing(Sides sides, ControlRecords controls, RoutingOptions options) {
        this.sides = sides;
        this.options = options;
        this.controls = controls;
        this.pending = new Pending(options.pending());
        ReadHealth health = new ReadHealth(options.clock(), options.rollback().slow());
        this.member = new Member(controls, options, counts, health);
        this.cleaner = new MarkCleaner(sides, options.heartbeat().isZero() ? Runnable::run : cleaning);
        Refusals refusals = new Refusals();
        this.follower = new Follower(sides, new Converger(sides, refusals), cleaner, options);
        this.repairs = new RepairRounds(sides, new Repairer(sides, refusals), member, pending, options);
        this.writes = new RoutedWrites(sides, member, follower, pending, options);
        this.shadowing = Threads.single("storeway-shadow", SHADOW_QUEUE);
        this.shadow = new ShadowReads(sides, options, counts, shadowing);
        this.reads = new RoutedReads(sides, member, pending, shadow, health);
        this.watch = new StageWatch(controls, options);
        // Two threads: while one follows a wish, which a storage can delay, the other asks for the next one.
        ThreadPoolExecutor two = new ThreadPoolExecutor(
                2, 2, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Threads.daemons("storeway-advice"));
        two.allowCoreThreadTimeOut(true);
        this.advising = two;
    }

    RoutingOptions options() {
        return options;
    }

    /** Waits until what has been offered for comparison by now is compared. */
    void settleShadow() {
        try {
            shadowing.submit(() -> {}).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A comparison failed", e.getCause());
        }
    }

    Follower follower() {
        return follower;
    }

    Member member() {
        return member;
    }

    RoutedWrites writes() {
        return writes;
    }

    RoutedReads reads() {
        return reads;
    }

    ShadowReads shadow() {
        return shadow;
    }

    Pending pending() {
        return pending;
    }

    /** Begins the background work. The control makes the moves that an advisor wishes. */
    void start(StageControl control) {
        StageAdvisor advisor = options.advisor();
        if (advisor != null) {
            Executor executor = options.heartbeat().isZero() ? Runnable::run : advising;
            advice = new Advice(advisor, member, controls, control, options, executor);
        }
        if (!options.heartbeat().isZero()) {
            long every = options.heartbeat().toNanos();
            ticking = background.scheduleWithFixedDelay(this::tick, every, every, TimeUnit.NANOSECONDS);
            if (advisor != null) {
                var unused = asking.scheduleWithFixedDelay(
                        () -> new Failures().during(this::ask), every, every, TimeUnit.NANOSECONDS);
            }
        }
    }

    /**
     * One round of the background work. A step that fails doesn't keep the others from being done, so that marks are removed even
     * while the control storage is out of reach. It is tried again in the next round.
     */
    void tick() {
        member.note(Stream.of(advice().orElse(""), reads.note(), awaited())
                .filter(note -> !note.isEmpty())
                .collect(Collectors.joining("; ")));
        Failures failures = new Failures();
        failures.during(() -> member.viewFor(options.followerTimeout()).ifPresent(follower::letGo));
        failures.during(member::refresh);
        failures.during(() -> watch.endOverdue(member.view().record()));
        failures.during(() -> watch.freezeOnMismatch(member.view().record(), counts.mismatches()));
        failures.during(() -> watch.rollBackOnBreach(member.view().record()));
        failures.during(cleaner::begin);
        failures.during(repairs::begin);
        if (options.heartbeat().isZero()) {
            failures.during(this::ask);
        }
        lastFailure = failures.first;
    }

    private String awaited() {
        return sides.awaited()
                .map(side -> "the " + side.label() + " storage has not been reached since this instance started")
                .orElse("");
    }

    /** Asks the advisor. Runs on a thread that no storage can delay, because a kill switch is for storages that hang. */
    private void ask() {
        Advice wishes = advice;
        if (wishes != null) {
            wishes.ask();
        }
    }

    /** Keeps the first failure of a round. Catches errors too: one that reached the scheduler would end all further rounds. */
    private static final class Failures {
        private @Nullable RuntimeException first;

        void during(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException e) {
                first = first == null ? e : first;
            } catch (Error e) {
                first = first == null ? new IllegalStateException("The background work failed: " + e, e) : first;
            }
        }
    }

    /** Why the stage isn't what the advisor wishes, if it isn't. */
    Optional<String> advice() {
        Advice wishes = advice;
        return wishes == null ? Optional.empty() : wishes.problem();
    }

    /** What went wrong in the last round, if anything did. */
    Optional<RuntimeException> lastFailure() {
        return Optional.ofNullable(lastFailure).or(repairs::failure);
    }

    /** Closing again does nothing. */
    @Override
    public void close() {
        if (background.isShutdown()) {
            return;
        }
        member.close();
        ScheduledFuture<?> rounds = ticking;
        if (rounds != null) {
            rounds.cancel(false);
        }
        background.shutdown();
        asking.shutdownNow();
        advising.shutdownNow();
        cleaning.shutdown();
        Threads.await(RoutingOptions.CLOSING, background, cleaning);
        repairs.close();
        follower.close();
        shadowing.shutdown();
        Threads.await(RoutingOptions.CLOSING, shadowing);
        try {
            cleaner.flush();
            member.resign();
        } catch (StorageException e) {
            // The lease ends by itself, and marks too many are harmless.
            return;
        }
    }
}
