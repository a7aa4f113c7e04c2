package io.storeway.migrate.routing;

import io.storeway.error.StorageException;
import io.storeway.migrate.internal.Threads;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The stages of a migration for an application that has two hand-written implementations of a repository interface of its own:
 * one over the old storage, one over the new. A proxy calls the one, the other, or both. Thread-safe if the implementations are.
 *
 * <p>What holds:
 *
 * <ul>
 *   <li>A write goes to the side that decides, and then with the same arguments to the other one; the caller gets what the first
 *       one says. A failure of the second fails nobody.
 *   <li>A note of the key is durable in the control storage before the first write begins, and goes when both have succeeded
 *       with no other write of the key in between, by any instance. So a crash, a failure or two writes in another order leave
 *       a {@linkplain RouterControl#unsettled() key to look at}, never a silent difference.
 *   <li>Unsettled keys are read from the side that decides, by other instances from their next heartbeat on, and hold the migration
 *       before LIVE.
 *   <li>Stages, shares, instances and history are those of {@link RoutedStorage}.
 * </ul>
 *
 * <p>What does not, because nothing is known of the implementations but their methods; {@link RoutedStorage} has it, and {@link
 * RouterBuilder#requiring} refuses it here:
 *
 * <ul>
 *   <li>no repair: who copies and mends is the application, which then {@linkplain RouterControl#settle says so};
 *   <li>no fence: an instance that is paused within a write for longer than its lease may write to a side that no longer decides;
 *       {@link RouterControl#acceptMissingFence} has to be called before LIVE;
 *   <li>no full comparison: SHADOW compares the answers of a sample of reads, and nothing else;
 *   <li>no unit of work over several calls, and no bound on how long the following side takes.
 * </ul>
 *
 * <p>Keys are told apart by their text: {@code toString} of equal keys has to be equal, of others different. Arrays and objects that
 * have no text of their own are refused; an array within a record is not noticed. Methods that answer with a future or a publisher are
 * refused where the interface declares that type, and so are writes of iterators, streams and readers, which the first side would use
 * up. Answers of these kinds go to the caller and are never compared.
 *
 * @param <R> the repository interface
 */
public final class Router<R> implements AutoCloseable {

    /** What only a {@link RoutedStorage} can promise. */
    public enum Guarantee {
        /** The following side is made equal by the library. */
        REPAIR,
        /** A writer that lost its lease can't write. */
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
     * Starts the description of a router.
     *
     * @param repository the interface
     * @param old the implementation that the application uses today
     * @param fresh the one that it moves to
     * @throws IllegalArgumentException if it is no interface, or sealed
     */
    public static <R> RouterBuilder<R> between(Class<R> repository, R old, R fresh) {
        return new RouterBuilder<>(repository, old, fresh);
    }

    /** The repository that the application calls. Its methods throw what the side that answers throws. */
    public R repository() {
        return repository;
    }

    /** The stage as this instance knows it. */
    public Stage stage() {
        return member.view().stage();
    }

    /** Moves the migration on and back. */
    public RouterControl control() {
        return control;
    }

    /** The latest reads whose answers differed, by method and redacted key. */
    public List<String> differences() {
        return calls.differences();
    }

    /** What went wrong in the last round of the background work; empty if nothing did. */
    public Optional<RuntimeException> backgroundFailure() {
        return Optional.ofNullable(lastFailure);
    }

    RouterCalls<R> calls() {
        return calls;
    }

    /** One round: the lease, the stage, the keys that are not settled. */
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

    /** Ends the background work and gives back the lease. */
    @Override
    public void close() {
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
