package io.storeway.examples.bookstrack;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/** Counts requests and measures how long they take. Thread-safe. */
final class RequestMeter {

    /** How many latencies are kept: those of the latest requests. */
    private static final int KEPT = 1_000;

    private final LongSupplier nanos;
    private final long[] latencies = new long[KEPT];
    private long requests;
    private long errors;
    private long requestsBefore;
    private long errorsBefore;

    /** The clock counts nanoseconds, like {@link System#nanoTime}. */
    RequestMeter(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Runs and counts a request. If it throws, it counts as an error. */
    <R> R measure(Callable<R> request) throws Exception {
        long start = nanos.getAsLong();
        boolean done = false;
        try {
            R result = request.call();
            done = true;
            return result;
        } finally {
            add(nanos.getAsLong() - start, done);
        }
    }

    private synchronized void add(long took, boolean done) {
        latencies[(int) (requests % KEPT)] = took;
        requests++;
        errors += done ? 0 : 1;
    }

    /** Since the start. */
    synchronized Health total() {
        return new Health(requests, errors, p95(requests));
    }

    /** Since the last call of this method. */
    synchronized Health sinceLast() {
        Health health = new Health(requests - requestsBefore, errors - errorsBefore, p95(requests - requestsBefore));
        requestsBefore = requests;
        errorsBefore = errors;
        return health;
    }

    /** The 95th percentile of the latest requests, as far as they are kept. */
    private Duration p95(long latest) {
        int count = (int) Math.min(latest, KEPT);
        if (count == 0) {
            return Duration.ZERO;
        }
        long[] sorted = new long[count];
        for (int i = 0; i < count; i++) {
            sorted[i] = latencies[(int) ((requests - 1 - i) % KEPT)];
        }
        Arrays.sort(sorted);
        return Duration.ofNanos(sorted[(count * 95 + 99) / 100 - 1]);
    }
}
