package io.storeway.migrate.internal.run;

import io.storeway.migrate.MigrationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** The result of another thread's work, or what it threw. */
public final class Awaited {

    private Awaited() {}

    /**
     * Waits for work that throws no checked exception.
     *
     * @throws MigrationException if this thread is interrupted
     */
    public static <T> T of(Future<T> work, String doing) {
        try {
            return work.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        } catch (InterruptedException e) {
            throw interrupted(doing);
        }
    }

    /** For a thread that was interrupted while doing something. Sets its interrupted status again. */
    public static MigrationException interrupted(String doing) {
        Thread.currentThread().interrupt();
        return new MigrationException("Interrupted while " + doing + "; the next run goes on from here");
    }
}
