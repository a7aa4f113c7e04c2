package io.storeway.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** A clock that never goes back: if the other clock is set back, it goes on from its present time. Thread-safe. */
public final class ForwardClock extends Clock {

    private final Clock clock;
    private Instant seen;
    private Instant now;

    /** A clock that begins with the present time of another one, and goes on with it. */
    public ForwardClock(Clock clock) {
        this.clock = clock;
        this.seen = clock.instant();
        this.now = seen;
    }

    @Override
    public synchronized Instant instant() {
        Instant told = clock.instant();
        Duration gone = Duration.between(seen, told);
        seen = told;
        now = gone.isNegative() ? now : now.plus(gone);
        return now;
    }

    @Override
    public ZoneId getZone() {
        return clock.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new ForwardClock(clock.withZone(zone));
    }
}
