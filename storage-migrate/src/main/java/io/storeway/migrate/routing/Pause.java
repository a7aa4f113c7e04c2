package io.storeway.migrate.routing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** How a thread waits for others; a test decides what happens meanwhile. */
@FunctionalInterface
interface Pause {

    /** How long to wait for another instance before looking again. */
    Duration TURN = Duration.ofMillis(5);

    void await(Duration time);

    static Pause sleeping() {
        return time -> {
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while waiting for a migration");
            }
            LockSupport.parkNanos(time.toNanos());
        };
    }
}
