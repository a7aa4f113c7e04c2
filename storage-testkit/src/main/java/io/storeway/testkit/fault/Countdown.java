package io.storeway.testkit.fault;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts requests or replies down to the one that is lost. Thread-safe. */
final class Countdown {

    private static final int STOPPED = -1;

    private final AtomicInteger left = new AtomicInteger(STOPPED);

    void start(int passing) {
        if (passing < 0) {
            throw new IllegalArgumentException("the number of those that pass must be at least 0, not " + passing);
        }
        left.set(passing);
    }

    void stop() {
        left.set(STOPPED);
    }

    boolean running() {
        return left.get() != STOPPED;
    }

    /** Counts one more, and returns whether it is the one to lose; then the countdown stops. */
    boolean ends() {
        return left.getAndUpdate(now -> now == STOPPED ? STOPPED : now - 1) == 0;
    }
}
