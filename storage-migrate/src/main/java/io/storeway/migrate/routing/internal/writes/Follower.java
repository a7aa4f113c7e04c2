package io.storeway.migrate.routing.internal.writes;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.storeway.internal.ForwardClock;
import io.storeway.migrate.internal.Threads;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.convergence.Converger;
import io.storeway.migrate.routing.internal.membership.View;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.migrate.routing.internal.replication.MarkCleaner;
import io.storeway.migrate.routing.internal.replication.PartitionId;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.replication.Touched;
import io.storeway.spi.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends writes on to the follower, and none while it keeps failing. Where an instance may read the follower, the caller waits for
 * a limited time, and a limited number are sent at once. Where none does, writes are sent behind their callers, in groups. Never
 * throws: a write that doesn't arrive is marked, and repaired later. Thread-safe.
 */
public final class Follower implements AutoCloseable {

    /** After so many failures in a row nothing is sent for a while. */
    private static final int FAILURES_IN_A_ROW = 5;
    /** The thread of the writes behind may be started again while it is about to end. */
    private static final int STARTS = 1;

    private final Sides sides;
    private final Converger converger;
    private final MarkCleaner cleaner;
    private final Duration timeout;
    /** For writes that are waited for, and for all others; both null where each write follows on its caller's thread. */
    private final @Nullable ExecutorService threads;

    private final @Nullable ExecutorService sender;
    private final @Nullable WriteBehind behind;
    private final CircuitBreaker breaker;

    /** Where the options allow no threads for it, each write follows on its caller's thread, however long that takes. */
    public Follower(Sides sides, Converger converger, MarkCleaner cleaner, RoutingOptions options) {
        this.sides = sides;
        this.converger = converger;
        this.cleaner = cleaner;
        this.timeout = options.followerTimeout();
        this.threads = options.followers() == 0 ? null : pool(options.followers());
        this.sender = options.followers() == 0 ? null : Threads.single("storeway-follower", STARTS);
        Executor stepping = options.behind();
        Executor executor = stepping == null ? sender : stepping;
        this.behind = executor == null ? null : new WriteBehind(executor, this::send, this::notSent);
        this.breaker = CircuitBreaker.of(
                "storeway-follower",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(FAILURES_IN_A_ROW)
                        .minimumNumberOfCalls(FAILURES_IN_A_ROW)
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(Duration.ofSeconds(5))
                        .clock(new ForwardClock(options.clock()))
                        .build());
    }

    private static ExecutorService pool(int size) {
        return new ThreadPoolExecutor(
                0, size, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), Threads.daemons("storeway-follower"));
    }

    /** Sends what a write has changed, and tells in the end, once, whether the follower has it. */
    void follow(View view, List<Touched.Batch> batches, Consumer<Boolean> ended) {
        Sending write = new Sending(view, batches, ended);
        if (batches.isEmpty() || !breaker.tryAcquirePermission()) {
            write.end(Map.of());
        } else if (behind != null && !view.record().followerRead()) {
            add(behind, write);
        } else if (threads == null) {
            send(List.of(write));
        } else {
            await(threads, write);
        }
    }

    private void add(WriteBehind queue, Sending write) {
        if (queue.add(write, timeout)) {
            return;
        }
        if (Thread.currentThread().isInterrupted()) {
            // It didn't wait, so this is no failure of the follower.
            notSent(write);
        } else {
            failed(write, new TimeoutException("There was no room for a write"));
        }
    }

    private void await(ExecutorService pool, Sending write) {
        try {
            pool.submit(() -> send(List.of(write))).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException full) {
            // That all threads are busy is no failure of the follower.
            notSent(write);
        } catch (TimeoutException | ExecutionException | OutOfMemoryError e) {
            // The last says that no thread could be made.
            failed(write, e);
        } catch (InterruptedException e) {
            // The other thread goes on and ends it.
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sends writes of one view in one unit of the follower. Each goes in a unit of its own, in their order, where that fails: one of
     * them may keep the others back, they may be too much at once, or one needs a step between, as when two records exchange their
     * unique values. A write that has ended is not sent, and none is once the follower has failed too often.
     */
    private void send(List<Sending> group) {
        List<Sending> writes = group.stream().filter(write -> !write.over()).toList();
        if (writes.isEmpty() || breaker.getState() == CircuitBreaker.State.OPEN) {
            writes.forEach(this::notSent);
            return;
        }
        View view = writes.get(0).view();
        Side authority = Stages.authority(view.stage()).orElseThrow();
        try {
            Map<PartitionId, Version> reached =
                    follow(authority.other(), view.record().term(), writes);
            writes.forEach(write -> succeeded(write, reached));
            cleaner.add(authority, reached);
        } catch (Fence.Closed overtaken) {
            // Their term is over, which is no failure of the follower.
            writes.forEach(this::notSent);
        } catch (RuntimeException | Error e) {
            // The writes are acknowledged and marked; what is wrong here shows when the marks are repaired.
            if (writes.size() > 1) {
                writes.forEach(write -> send(List.of(write)));
            } else {
                failed(writes.get(0), e);
            }
        }
    }

    private Map<PartitionId, Version> follow(Side follower, long term, List<Sending> writes) {
        return writes.size() == 1
                ? converger.follow(follower, term, writes.get(0).batches())
                : converger.followWhole(
                        follower,
                        term,
                        sides.latest(writes.stream().map(Sending::batches).toList()));
    }

    private void succeeded(Sending write, Map<PartitionId, Version> reached) {
        if (write.end(reached)) {
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        }
    }

    /** One that took too long has failed, whatever comes of it later. */
    private void failed(Sending write, Throwable cause) {
        if (write.end(Map.of())) {
            breaker.onError(0, TimeUnit.NANOSECONDS, cause);
        }
    }

    private void notSent(Sending write) {
        if (write.end(Map.of())) {
            breaker.releasePermission();
        }
    }

    /**
     * Waits until what was written before has arrived, or has failed and is left to its marks.
     *
     * @return whether that was so within the time
     */
    public boolean await(Duration atMost) throws InterruptedException {
        return behind == null || behind.await(atMost);
    }

    /**
     * Leaves writes of other views than this one to their marks. They have had their time, and a follower that hangs must not keep
     * an epoch from being acknowledged.
     */
    public void letGo(View present) {
        if (behind != null) {
            behind.open().stream().filter(write -> write.view() != present).forEach(this::notSent);
        }
    }

    /** Waits for a limited time for what is on its way; what hasn't arrived by then is left to its marks. */
    @Override
    public void close() {
        if (threads != null && sender != null) {
            threads.shutdown();
            sender.shutdown();
            Threads.await(timeout, threads, sender);
        }
        if (behind != null) {
            behind.open().forEach(this::notSent);
        }
    }
}
