package io.storeway.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until it is moved. Thread-safe. */
public final class ManualClock extends Clock {

    private volatile Instant now;

    /** A clock that shows the instant. */
    public ManualClock(Instant start) {
        this.now = start;
    }

    /** Moves the clock, forward or back. */
    public synchronized void advance(Duration by) {
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("A manual clock counts instants and has no zone but UTC");
    }
}
