package io.storeway.migrate.routing;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.storeway.internal.ForwardClock;
import io.storeway.migrate.internal.Threads;
import io.storeway.spi.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends writes on to the follower: so many at once, each for a limited time, and none while the follower keeps failing. Never
 * throws: a write that doesn't arrive is marked, and repaired later. Thread-safe.
 */
final class Follower implements AutoCloseable {

    /** After so many failures in a row nothing is sent for a while. */
    private static final int FAILURES_IN_A_ROW = 5;

    private final Converger converger;
    private final MarkCleaner cleaner;
    private final Duration timeout;
    private final @Nullable ExecutorService threads;
    private final CircuitBreaker breaker;

    /** Where the options allow no threads for it, each write follows on its caller's thread, however long that takes. */
    Follower(Converger converger, MarkCleaner cleaner, RoutingOptions options) {
        this.converger = converger;
        this.cleaner = cleaner;
        this.timeout = options.followerTimeout();
        this.threads = options.followers() == 0 ? null : pool(options.followers());
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

    /** The versions that the follower has reached in time. */
    Map<PartitionId, Version> follow(View view, List<Touched.Batch> batches) {
        if (batches.isEmpty()) {
            return Map.of();
        }
        if (!breaker.tryAcquirePermission()) {
            return Map.of();
        }
        Outcome outcome = new Outcome();
        if (threads == null) {
            return attempt(view, batches, outcome);
        }
        try {
            Future<Map<PartitionId, Version>> following = threads.submit(() -> attempt(view, batches, outcome));
            return following.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException full) {
            // That all threads are busy is no failure of the follower.
            breaker.releasePermission();
            return Map.of();
        } catch (TimeoutException | ExecutionException e) {
            return outcome.failed(e);
        } catch (InterruptedException e) {
            // The other thread goes on and tells the outcome.
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }

    private Map<PartitionId, Version> attempt(View view, List<Touched.Batch> batches, Outcome outcome) {
        Side authority = view.stage().authority().orElseThrow();
        try {
            Map<PartitionId, Version> reached =
                    converger.follow(authority.other(), view.record().term(), batches);
            outcome.succeeded();
            cleaner.add(authority, reached);
            return reached;
        } catch (RuntimeException | Error e) {
            // The write is acknowledged and marked; what is wrong here shows when the mark is repaired.
            return outcome.failed(e);
        }
    }

    /** Tells the breaker once how a write went: one that took too long has failed, whatever comes of it later. */
    private final class Outcome {
        private final long begun = breaker.getCurrentTimestamp();
        private final AtomicBoolean told = new AtomicBoolean();

        void succeeded() {
            if (told.compareAndSet(false, true)) {
                breaker.onSuccess(breaker.getCurrentTimestamp() - begun, breaker.getTimestampUnit());
            }
        }

        Map<PartitionId, Version> failed(Throwable cause) {
            if (told.compareAndSet(false, true)) {
                breaker.onError(breaker.getCurrentTimestamp() - begun, breaker.getTimestampUnit(), cause);
            }
            return Map.of();
        }
    }

    @Override
    public void close() {
        if (threads != null) {
            threads.shutdown();
            Threads.await(threads, timeout);
        }
    }
}
