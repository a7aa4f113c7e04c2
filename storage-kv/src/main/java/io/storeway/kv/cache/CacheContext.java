package io.storeway.kv.cache;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageClosedException;
import io.storeway.spi.RowStore;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** What the parts of one cached storage share. */
record CacheContext(
        GuardedStore store,
        Invalidation invalidation,
        @Nullable NearCache near,
        @Nullable KeyTallies tallies,
        Counters counters,
        Clock clock,
        ExecutorService executor,
        CachedTypes types) {

    /**
     * Refuses a call after the end of the storage.
     *
     * @throws StorageClosedException if it is closed
     */
    void requireOpen(String operation, String backend) {
        if (closed()) {
            throw new StorageClosedException(
                    "The storage is closed", new ErrorContext(operation, backend, null, null), null);
        }
    }

    boolean closed() {
        return executor.isShutdown();
    }

    /** Runs on a thread of the cache, or on this one if all are busy. */
    void run(Runnable work) {
        if (!runElsewhere(work)) {
            work.run();
        }
    }

    /** Runs on a thread of the cache; returns false if all are busy. */
    boolean runElsewhere(Runnable work) {
        try {
            executor.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** The rows of the source, of which every write invalidates cache entries. */
    RowStore writer(RowStore source) {
        return new CachedRows(this, source);
    }
}
