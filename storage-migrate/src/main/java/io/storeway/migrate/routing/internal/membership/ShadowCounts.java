package io.storeway.migrate.routing.internal.membership;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the shadow reads of this instance in the present epoch. Thread-safe. */
public final class ShadowCounts {

    private final AtomicLong compares = new AtomicLong();
    private final AtomicLong mismatches = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile long epoch;

    /** Begins anew under an epoch. */
    void reset(long next) {
        epoch = next;
        compares.set(0);
        mismatches.set(0);
        dropped.set(0);
    }

    public void compared(long inEpoch, boolean equal) {
        if (inEpoch == epoch) {
            compares.incrementAndGet();
            if (!equal) {
                mismatches.incrementAndGet();
            }
        }
    }

    /** Counts a read that was to be compared and wasn't, because too many wait or a storage failed. */
    public void drop() {
        dropped.incrementAndGet();
    }

    long compares() {
        return compares.get();
    }

    public long mismatches() {
        return mismatches.get();
    }

    public long dropped() {
        return dropped.get();
    }
}
