package io.storeway.migrate.internal.run;

import io.storeway.migrate.MigrationException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** How a run measures time and waits, independently of the clock that judges its data. Tests give one of their own. */
public interface Timer {

    /** A time that only grows, in nanoseconds. */
    long nanos();

    /** The present time, for leases. */
    default Instant instant() {
        return Instant.now();
    }

    /**
     * Waits.
     *
     * @throws MigrationException if the thread is interrupted
     */
    void await(Duration time);

    /** A random time between half of the given one and all of it, so that processes don't wait in step. */
    default Duration jittered(Duration time) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(time.toNanos() / 2, time.toNanos() + 1));
    }

    /** Measures and waits by the machine's clocks. */
    Timer SYSTEM = new Timer() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void await(Duration time) {
            long end = System.nanoTime() + time.toNanos();
            for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
                if (Thread.interrupted()) {
                    throw Awaited.interrupted("waiting");
                }
            }
        }
    };
}
