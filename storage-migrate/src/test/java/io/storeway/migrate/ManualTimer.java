package io.storeway.migrate;

import io.storeway.migrate.internal.run.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Time that passes only by waiting, and by what a test adds. Thread-safe. */
final class ManualTimer implements Timer {

    private final List<Duration> waits = new ArrayList<>();
    private long nanos;
    private Duration clockOff = Duration.ZERO;
    private Runnable whileWaiting = () -> {};

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Instant instant() {
        return Shop.NOW.plusNanos(nanos).plus(clockOff);
    }

    @Override
    public void await(Duration time) {
        synchronized (this) {
            waits.add(time);
            nanos += time.toNanos();
        }
        whileWaiting.run();
    }

    @Override
    public Duration jittered(Duration time) {
        return time;
    }

    synchronized void pass(Duration time) {
        nanos += time.toNanos();
    }

    /** Sets the time of day apart from the time that passes. */
    synchronized void jump(Duration by) {
        clockOff = clockOff.plus(by);
    }

    void whileWaiting(Runnable what) {
        whileWaiting = what;
    }

    synchronized List<Duration> waits() {
        return List.copyOf(waits);
    }
}
