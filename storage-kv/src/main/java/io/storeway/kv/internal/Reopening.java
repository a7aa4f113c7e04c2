package io.storeway.kv.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * When a store whose files failed opens them again: at the next call, or a second after an attempt in vain; one thread tries, and
 * nobody waits for it. Thread-safe.
 */
public final class Reopening {

    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final AtomicBoolean running = new AtomicBoolean();
    private volatile long last = System.nanoTime() - PAUSE;

    /** Whether the caller is the one to try; it calls {@link #end} then. */
    public boolean begin() {
        return System.nanoTime() - last >= PAUSE && running.compareAndSet(false, true);
    }

    /** Ends an attempt. */
    public void end(boolean opened) {
        last = opened ? last : System.nanoTime();
        running.set(false);
    }
}
