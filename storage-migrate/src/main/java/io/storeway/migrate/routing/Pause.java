package io.storeway.migrate.routing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** How a thread waits for others; a test decides what happens meanwhile. */
@FunctionalInterface
interface Pause {

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
