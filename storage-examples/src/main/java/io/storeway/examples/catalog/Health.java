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

    private static final String NOBODY = "health";

    private final Storage database;
    private final KeyValueStore cache;
    private final CachedStorage cached;

    Health(Storage database, KeyValueStore cache, CachedStorage cached) {
        this.database = database;
        this.cache = cache;
        this.cached = cached;
    }

    /** How the application is. */
    public enum Status {
        /** Everything works. */
        UP,
        /** It works without its cache, slower. */
        DEGRADED,
        /** It doesn't work. */
        DOWN
    }

    /**
     * How a part is.
     *
     * @param name what sort of store it is
     * @param took how long a read of nothing took
     * @param failure what sort of failure it was, or null if it works
     */
    public record Part(String name, Duration took, @Nullable String failure) {}

    /** How everything is. */
    public record Report(Status status, Part database, Part cache, CacheStatistics statistics) {}

    /** Asks the database and the cache for something that is not there. */
    public Report check() {
        Part inDatabase = part(database.name(), () -> database.repository(USERS).exists(NOBODY));
        Part inCache = part(cache.name(), () -> cache.get(NOBODY));
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
