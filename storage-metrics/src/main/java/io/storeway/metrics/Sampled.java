package io.storeway.metrics;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A value that takes I/O to get, and so is read again only after a while. It is read on a thread of its own, one at a time, so
 * that a backend that hangs delays the caller by two seconds at most. Thread-safe.
 */
final class Sampled<V> {

    private static final long TIMEOUT_MILLIS = 2_000;

    private final Supplier<V> source;
    private final Duration lasting;
    private final Clock clock;
    private Instant asked = Instant.MIN;
    private CompletableFuture<Optional<V>> answer = CompletableFuture.completedFuture(Optional.empty());

    Sampled(Supplier<V> source, Duration lasting, Clock clock) {
        this.source = source;
        this.lasting = lasting;
        this.clock = clock;
    }

    /** The value, or empty if reading it failed or takes too long. */
    synchronized Optional<V> get() {
        Instant now = clock.instant();
        if (now.isBefore(asked) || !now.isBefore(asked.plus(lasting))) {
            asked = now;
            if (answer.isDone()) {
                answer = ask();
                await();
            }
        }
        return answer.isCompletedExceptionally() ? Optional.empty() : answer.getNow(Optional.empty());
    }

    private CompletableFuture<Optional<V>> ask() {
        return CompletableFuture.supplyAsync(() -> Optional.of(source.get()), task -> {
            Thread thread = new Thread(task, "storeway:metrics");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void await() {
        try {
            answer.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Without an answer get() returns empty.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
