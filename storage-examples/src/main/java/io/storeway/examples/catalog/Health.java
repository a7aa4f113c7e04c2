package io.storeway.examples.catalog;

import static io.storeway.examples.catalog.CatalogSchema.USERS;

import io.storeway.Storage;
import io.storeway.error.StorageException;
import io.storeway.kv.cache.CacheStatistics;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.spi.KeyValueStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether the parts of the application work. */
public final class Health {

    /** A key that is never used. */
    private static final String UNUSED_KEY = "health";

    private final Storage database;
    private final KeyValueStore cache;
    private final CachedStorage cached;

    Health(Storage database, KeyValueStore cache, CachedStorage cached) {
        this.database = database;
        this.cache = cache;
        this.cached = cached;
    }

    /** The state of the application. */
    public enum Status {
        /** Everything works. */
        UP,
        /** The cache is down; the application works, but slower. */
        DEGRADED,
        /** The database is down. */
        DOWN
    }

    /**
     * The state of the database or the cache.
     *
     * @param name the name of the store
     * @param took how long the read of an absent key took
     * @param failure the simple name of the exception, or null if the read succeeded
     */
    public record Part(String name, Duration took, @Nullable String failure) {}

    /** The state of all parts. */
    public record Report(Status status, Part database, Part cache, CacheStatistics statistics) {}

    /** Reads an absent key from the database and from the cache. */
    public Report check() {
        Part inDatabase = part(database.name(), () -> database.repository(USERS).exists(UNUSED_KEY));
        Part inCache = part(cache.name(), () -> cache.get(UNUSED_KEY));
        Status status =
                inDatabase.failure() != null ? Status.DOWN : inCache.failure() != null ? Status.DEGRADED : Status.UP;
        return new Report(status, inDatabase, inCache, cached.statistics());
    }

    private static Part part(String name, Runnable read) {
        long start = System.nanoTime();
        String failure = null;
        try {
            read.run();
        } catch (StorageException e) {
            failure = e.getClass().getSimpleName();
        }
        return new Part(name, Duration.ofNanos(System.nanoTime() - start), failure);
    }
}
