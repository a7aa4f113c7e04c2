package io.storeway.migrate.routing.internal.control;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** How a thread waits for others. Tests give one of their own, to do something meanwhile. */
@FunctionalInterface
public interface Pause {

    /** How long to wait before looking again whether others are done. */
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
