package io.storeway.cli;

import io.storeway.examples.BundledData;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that begins when the bundled data was dumped, or where an earlier run in the same folder ended. */
final class DemoClock extends Clock {

    private volatile Clock shifted = startingAt(BundledData.DUMPED_AT);

    private static Clock startingAt(Instant start) {
        Clock system = Clock.systemUTC();
        return Clock.offset(system, Duration.between(system.instant(), start));
    }

    /** Jumps forward to a time; does nothing if the clock is past it. */
    void jumpTo(Instant time) {
        if (time.isAfter(instant())) {
            shifted = startingAt(time);
        }
    }

    @Override
    public Instant instant() {
        return shifted.instant();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return shifted.withZone(zone);
    }
}
