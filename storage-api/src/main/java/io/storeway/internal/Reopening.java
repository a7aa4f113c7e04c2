package io.storeway.internal;

import io.storeway.error.StorageUnavailableException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Decides when what could not be opened, or has failed since, is opened again: at the next call, but not within a second of a failed
 * attempt. One thread tries, and no other waits for it. Thread-safe.
 */
public final class Reopening {

    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final AtomicBoolean running = new AtomicBoolean();
    private volatile long last = System.nanoTime() - PAUSE;

    /** Opens it if it is time to. If it is still out of reach, the call itself has to fail, and a later one tries again. */
    public void attempt(Runnable opening) {
        if (System.nanoTime() - last < PAUSE || !running.compareAndSet(false, true)) {
            return;
        }
        boolean opened = false;
        try {
            opening.run();
            opened = true;
        } catch (StorageUnavailableException stillFailing) {
            return;
        } finally {
            last = opened ? last : System.nanoTime();
            running.set(false);
        }
    }
}
