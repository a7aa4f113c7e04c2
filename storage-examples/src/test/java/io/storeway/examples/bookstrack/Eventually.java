package io.storeway.examples.bookstrack;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what other threads do. */
final class Eventually {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Eventually() {}

    /** Looks until it is so. */
    static void until(Callable<Boolean> condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("Not so within " + PATIENCE);
                }
                Thread.onSpinWait();
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("The condition can't be looked at", e);
        }
    }
}
