package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waiting for what another thread does. */
final class Waiting {

    private Waiting() {}

    /**
     * The result, or the exception that the other thread met. A waiting thread that is interrupted stops waiting; the work
     * goes on for the others.
     */
    static <R> R on(CompletableFuture<R> work, EntityType<?> type) {
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageTimeoutException(
                    "The thread was interrupted while it waited for the source",
                    new ErrorContext("find", "cached", type.name(), null),
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("Reading the source failed", e.getCause());
        }
    }
}
