package io.storeway.migrate;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** The result of another thread's work, or what it threw. */
final class Awaited {

    private Awaited() {}

    /**
     * Waits for work that throws no checked exception.
     *
     * @throws MigrationException if this thread is interrupted
     */
    static <T> T of(Future<T> work, String doing) {
        try {
            return work.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        } catch (InterruptedException e) {
            throw MigrationException.interrupted(doing);
        }
    }
}
