package io.storeway.kv.cache;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.error.VersionConflictException;
import io.storeway.internal.ForwardClock;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The cache's store, without its exceptions: a call that fails for whatever reason, or takes too long, returns a value that says so.
 * After several failures in a row the store isn't called for a second.
 */
final class GuardedStore {

    /** The outcome of a conditional write. */
    enum Commit {
        DONE,
        CONFLICT,
        FAILED
    }

    private final KeyValueStore store;
    private final @Nullable Duration timeout;
    private final ExecutorService executor;
    private final Counters counters;
    private final CircuitBreaker breaker;

    GuardedStore(
            KeyValueStore store, @Nullable Duration timeout, ExecutorService executor, Counters counters, Clock clock) {
        this.store = store;
        this.timeout = timeout;
        this.executor = executor;
        this.counters = counters;
        this.breaker = CircuitBreaker.of(
                "storeway-cache",
                CircuitBreakerConfig.custom()
                        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(10)
                        .minimumNumberOfCalls(5)
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .waitDurationInOpenState(Duration.ofSeconds(1))
                        .clock(new ForwardClock(clock))
                        .ignoreExceptions(UnsupportedCapabilityException.class)
                        .build());
    }

    int maxKeyBytes() {
        return store.maxKeyBytes();
    }

    /** The entries, or null if the call failed. */
    @Nullable
    List<@Nullable Entry> getAll(List<String> keys) {
        try {
            return keys.size() == 1
                    ? Collections.singletonList(call(() -> store.get(keys.get(0))))
                    : call(() -> store.getAll(keys));
        } catch (CacheFailure e) {
            return null;
        }
    }

    Commit commit(List<Expectation> expectations, List<Write> writes) {
        try {
            call(() -> {
                store.commit(expectations, writes);
                return null;
            });
            return Commit.DONE;
        } catch (VersionConflictException e) {
            return Commit.CONFLICT;
        } catch (CacheFailure e) {
            return Commit.FAILED;
        }
    }

    long purge(Instant now) {
        return store.purge(now);
    }

    private <R extends @Nullable Object> R call(Supplier<R> work) {
        if (!breaker.tryAcquirePermission()) {
            throw new CacheFailure(null);
        }
        long start = breaker.getCurrentTimestamp();
        try {
            R result = timeout == null ? work.get() : inTime(work, timeout);
            breaker.onSuccess(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit());
            return result;
        } catch (VersionConflictException e) {
            breaker.onSuccess(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit());
            throw e;
        } catch (RuntimeException | TimeoutException e) {
            if (!(e instanceof UnsupportedCapabilityException)) {
                counters.cacheFailures.increment();
            }
            breaker.onError(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit(), e);
            throw new CacheFailure(e);
        } catch (Error e) {
            breaker.releasePermission();
            throw e;
        }
    }

    /** Calls with a time limit. An interruption is kept for later, as a caller still has to invalidate entries after its write. */
    private <R extends @Nullable Object> R inTime(Supplier<R> work, Duration limit) throws TimeoutException {
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(limit);
        Future<R> future = executor.submit(work::get);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (TimeoutException e) {
            future.cancel(false);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("The cache's store failed", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The store can't be used at the moment. */
    private static final class CacheFailure extends RuntimeException {

        private static final long serialVersionUID = 1;

        CacheFailure(@Nullable Throwable cause) {
            super("The cache can't be used", cause, false, false);
        }
    }
}
