package io.storeway.migrate.internal.run;

import io.storeway.error.StorageException;
import io.storeway.error.UnknownOutcomeException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Calls a storage again after a temporary failure. A write whose outcome is unknown is also made again, because writes of a migration
 * are idempotent. Thread-safe.
 *
 * @param again how often a call is made again
 * @param first about how long to wait before the first time; four times as long before each further one
 */
public record Retries(int again, Duration first, Timer timer) {

    private static final int LONGER = 4;

    public <R> R call(Supplier<R> call) {
        Duration wait = first;
        for (int failed = 0; ; failed++) {
            try {
                return call.get();
            } catch (StorageException e) {
                if (failed >= again || !passes(e)) {
                    throw e;
                }
                timer.await(timer.jittered(wait));
                wait = wait.multipliedBy(LONGER);
            }
        }
    }

    private static boolean passes(StorageException e) {
        return e.retryable() || e instanceof UnknownOutcomeException;
    }
}
