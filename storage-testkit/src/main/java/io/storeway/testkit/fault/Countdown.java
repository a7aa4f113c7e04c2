package io.storeway.testkit.fault;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts requests or replies down to the one that is lost. Thread-safe. */
final class Countdown {

    private static final int STOPPED = -1;

    private final AtomicInteger left = new AtomicInteger(STOPPED);

    void start(int passing) {
        if (passing < 0) {
            throw new IllegalArgumentException("at least 0 pass before the cut, not " + passing);
        }
        left.set(passing);
    }

    void stop() {
        left.set(STOPPED);
    }

    boolean running() {
        return left.get() != STOPPED;
    }

    /** Counts one more, and says whether it is the one; then the countdown has stopped. */
    boolean ends() {
        return left.getAndUpdate(now -> now == STOPPED ? STOPPED : now - 1) == 0;
    }
}
