package io.storeway.migrate;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** How a run measures time and waits, apart from the clock of its data; a test decides both. */
interface Timer {

    /** A time that only grows, in nanoseconds. */
    long nanos();

    /** The time of day that leases are measured by. */
    default Instant instant() {
        return Instant.now();
    }

    /**
     * Waits.
     *
     * @throws MigrationException if the thread is interrupted
     */
    void await(Duration time);

    /** A random part of the time, at least half of it. */
    default Duration jittered(Duration time) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(time.toNanos() / 2, time.toNanos() + 1));
    }

    /** The machine's. */
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
                    throw MigrationException.interrupted("waiting");
                }
            }
        }
    };
}
