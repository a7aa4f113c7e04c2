package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Work that one thread does and others wait for. */
final class SharedWork<R> {

    private final CompletableFuture<R> answer = new CompletableFuture<>();
    private volatile @Nullable Thread by;
    private volatile boolean interrupted;

    /** The work failed because the caller who did it was interrupted. That doesn't concern the others, who may do it themselves. */
    static final class Abandoned extends RuntimeException {

        private static final long serialVersionUID = 1;

        Abandoned(@Nullable Throwable cause) {
            super("The thread that did the work for others was interrupted", cause);
        }
    }

    /**
     * Does the work on this thread.
     *
     * @param ended runs when the work is done or has failed, before those who wait get the result
     */
    void run(Supplier<R> work, Runnable ended) {
        by = Thread.currentThread();
        try {
            R result = work.get();
            ended.run();
            answer.complete(result);
        } catch (Throwable e) { // Also a checked exception, which loaders in other languages throw.
            interrupted = CacheThreads.callerInterrupted();
            ended.run();
            answer.completeExceptionally(e);
        }
    }

    /**
     * Waits for the result, or throws the exception of the other thread. A waiting thread that is interrupted stops waiting, while the
     * work goes on for the others.
     *
     * @throws Abandoned if the work failed because the caller who did it was interrupted
     */
    R await(EntityType<?> type) {
        if (Thread.currentThread().equals(by) && !answer.isDone()) {
            throw new IllegalStateException("The loader of " + type.name()
                    + " reads through the cache the very partition that it is to load, and would wait for itself;"
                    + " let it ask the source");
        }
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageTimeoutException(
                    "The thread was interrupted while it waited for the source",
                    new ErrorContext("find", "cached", type.name(), null),
                    e);
        } catch (ExecutionException e) {
            if (interrupted && !Thread.currentThread().equals(by)) {
                throw new Abandoned(e.getCause());
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("Reading the source failed", e.getCause());
        }
    }
}
