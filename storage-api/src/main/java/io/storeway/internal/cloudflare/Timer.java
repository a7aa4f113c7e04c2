package io.storeway.internal.cloudflare;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Measures time and waits. Tests give one of their own. */
public interface Timer {

    /** Uses the machine's clock. */
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

    /** Nanoseconds since some fixed time. */
    long nanos();

    /** Waits so long, or until the thread is interrupted. */
    void sleep(Duration time);
}
