package io.storeway.migrate.routing;

import io.storeway.error.StorageException;
import io.storeway.migrate.internal.Threads;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.membership.Member;
import io.storeway.migrate.routing.internal.router.RouterCalls;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Moves an application through the stages of a migration that has a repository interface of its own with two implementations, one
 * over the old storage and one over the new. A proxy of the interface calls one of them, or both. Thread-safe if the
 * implementations are.
 *
 * <p>What a router promises:
 *
 * <ul>
 *   <li>A write goes to the side that decides, then with the same arguments to the other one. The caller gets what the first one
 *       returns or throws; a failure of the second one is not reported to it.
 *   <li>Before the first write begins, its key is noted durably in the control storage. The note is removed when both writes have
 *       succeeded and no instance has written the key in between. So a crash, a failure, or two writes in different orders leave an
 *       {@linkplain RouterControl#unsettled() unsettled key} to look at, and never a difference that nobody knows of: if both
 *       implementations do the same with the same arguments. Where from SHADOW on the two return different booleans, numbers, texts
 *       or enum constants, bare or in an Optional, {@link #differences} names the write and nothing is held, as ids and times that
 *       each side makes for itself differ too. Other results of writes are not compared.
 *   <li>Unsettled keys are read from the side that decides; other instances do so from their next heartbeat on. As long as there
 *       are any, the migration can't go to LIVE. A write that is under way, for less than a lease, holds no step; the switch waits for it.
 *   <li>Stages, shares, instances and history are those of {@link RoutedStorage}.
 * </ul>
 *
 * <p>A router knows nothing of the implementations but their methods, and so it can't promise what {@link RoutedStorage} does.
 * {@link RouterBuilder#requiring} refuses these:
 *
 * <ul>
 *   <li>repair: the application copies and repairs, and then {@linkplain RouterControl#settle says so};
 *   <li>fencing: an instance that is paused within a write for longer than its lease may write to a side that no longer decides;
 *       {@link RouterControl#acceptMissingFence} has to be called before LIVE;
 *   <li>a full comparison: SHADOW compares the answers of a sample of reads, and nothing else;
 *   <li>units of work over several calls. Nor does it limit how long the following side may take.
 * </ul>
 *
 * <p>Call it outside of transactions of the application. A write counts as made when its method has returned, so a transaction around
 * the call that is rolled back later leaves a difference that nobody knows of; {@link
 * RouterBuilder#outsideOf} refuses such writes. An implementation begins its transactions itself.
 *
 * <p>Keys are compared by their text: {@code toString} has to be equal for equal keys and different for others. An array, or an
 * object without a {@code toString} of its own, is refused as a key; an array within a record is not noticed. Methods whose declared
 * result is a future or a publisher are refused, and so are writes that take an iterator, a stream or a reader, which the first side
 * would use up. A default method that is not classified runs as the interface has it, and the methods that it calls are routed; one that
 * an implementation has of its own must be classified; behind a JDK proxy it can't be seen, and is not called. Iterators and everything closeable that a read returns go to the caller and
 * are never compared.
 *
 * @param <R> the repository interface
 */
public final class Router<R> implements AutoCloseable {

    /** What a {@link RoutedStorage} promises and a router can't. */
    public enum Guarantee {
        /** The library makes the following side equal. */
        REPAIR,
        /** An instance that has lost its lease can't write. */
        FENCING,
        /** Both sides are compared as a whole before the authority changes. */
        FULL_COMPARISON,
        /** Several writes take effect together on both sides. */
        UNITS_OF_WORK
    }

    private final R repository;
    private final RouterCalls<R> calls;
    private final Member member;
    private final RouterControl control;
    private final RoutingOptions options;
    private final ScheduledExecutorService background =
            Executors.newSingleThreadScheduledExecutor(Threads.daemons("storeway-router"));
    private @Nullable ScheduledFuture<?> ticking;
    private volatile @Nullable RuntimeException lastFailure;

    Router(R repository, RouterCalls<R> calls, Member member, RouterControl control, RoutingOptions options) {
        this.repository = repository;
        this.calls = calls;
        this.member = member;
        this.control = control;
        this.options = options;
        if (!options.heartbeat().isZero()) {
            long every = options.heartbeat().toNanos();
            ticking = background.scheduleWithFixedDelay(this::tick, every, every, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Begins to build a router.
     *
     * @param repository the interface
     * @param old the implementation that the application uses today
     * @param fresh the one that it moves to
     * @throws IllegalArgumentException if the first is no interface, or is sealed
     * @throws NullPointerException if one of them is null, by name
     */
    public static <R> RouterBuilder<R> between(Class<R> repository, R old, R fresh) {
        return new RouterBuilder<>(repository, old, fresh);
    }

    /** The repository for the application to call. Its methods throw what the side that answers throws. */
    public R repository() {
        return repository;
    }

    /** The stage as this instance knows it. */
    public Stage stage() {
        return member.view().stage();
    }

    /** Moves the migration on and back. It belongs to the migration, not to this instance, and so also works after {@link #close}. */
    public RouterControl control() {
        return control;
    }

    /**
     * The latest calls whose answers differed, by method and redacted key: reads, which hold the steps from SHADOW on, then writes,
     * which hold none.
     */
    public List<String> differences() {
        return calls.differences();
    }

    /** What went wrong in the last round of the background work, or that the lease is over; empty if nothing did. */
    public Optional<RuntimeException> backgroundFailure() {
        return Optional.ofNullable(lastFailure).or(member::lapsed);
    }

    RouterCalls<R> calls() {
        return calls;
    }

    /** One round of background work: renews the lease, learns the stage and the unsettled keys. */
    void tick() {
        try {
            member.refresh();
            control.endOverdue(member.view().record());
            calls.refreshUnsettled();
            lastFailure = null;
        } catch (RuntimeException e) {
            lastFailure = e;
        }
    }

    /**
     * Ends the background work and gives back the lease. Calls that come later, and writes that wait for a switch, are refused by a
     * {@link io.storeway.error.StorageClosedException}, or when their time is over. Closing again does nothing.
     */
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
        calls.close();
        try {
            background.awaitTermination(options.heartbeat().toMillis() + 1, TimeUnit.MILLISECONDS);
            member.resign();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StorageException e) {
            // The lease ends by itself.
            return;
        }
    }
}
