package io.storeway.internal.cloudflare;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Time that passes, and waiting for it. */
public interface Timer {

    /** The system's. */
    Timer SYSTEM = new Timer() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration time) {
            long end = nanos() + time.toNanos();
            for (long left = time.toNanos();
                    left > 0 && !Thread.currentThread().isInterrupted();
                    left = end - nanos()) {
                LockSupport.parkNanos(left);
            }
        }
    };

    /** Nanoseconds since some time. */
    long nanos();

    /** Waits so long, or until the thread is interrupted. */
    void sleep(Duration time);
}
