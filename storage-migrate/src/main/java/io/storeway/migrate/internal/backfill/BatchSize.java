package io.storeway.migrate.internal.backfill;

import java.time.Duration;

/** Sizes batches so that writing one takes about the wanted time. Not thread-safe. */
final class BatchSize {

    static final int SMALLEST = 1;
    static final int LARGEST = 5_000;
    static final Duration WANTED = Duration.ofMillis(500);

    private static final int FIRST = 1_000;
    /** The weight of the newest batch in the average. */
    private static final double NEWEST = 0.3;

    private final boolean adapts;
    private final int most;
    private int size;
    private double nanosForOne;

    private BatchSize(boolean adapts, int most, int size) {
        this.adapts = adapts;
        this.most = most;
        this.size = Math.min(most, size);
    }

    /**
     * The sizes of one run.
     *
     * @param fixed the one size, or 0 if it is to be found
     * @param perSecond how many items may be read a second
     */
    static BatchSize of(int fixed, long perSecond) {
        int most = (int) Math.min(fixed > 0 ? fixed : LARGEST, Math.max(SMALLEST, perSecond));
        return new BatchSize(fixed == 0, most, fixed > 0 ? fixed : FIRST);
    }

    int size() {
        return size;
    }

    /** Notes how long a batch took; the size at most doubles or halves. */
    void took(long items, long nanos) {
        if (!adapts || items == 0) {
            return;
        }
        double each = (double) nanos / items;
        nanosForOne = nanosForOne == 0 ? each : nanosForOne + NEWEST * (each - nanosForOne);
        long wanted = (long) (WANTED.toNanos() / Math.max(1, nanosForOne));
        size = (int) Math.max(SMALLEST, Math.min(most, Math.max(size / 2, Math.min(size * 2L, wanted))));
    }
}
