package io.storeway.examples.catalog;

import static io.storeway.examples.catalog.CatalogSchema.CATEGORIES;
import static io.storeway.examples.catalog.CatalogSchema.ITEMS;
import static io.storeway.examples.catalog.CatalogSchema.PLACEMENTS;
import static io.storeway.examples.catalog.CatalogSchema.SESSIONS;
import static io.storeway.examples.catalog.CatalogSchema.USERS;

import io.storeway.Capability;
import io.storeway.Identities;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.cache.CachePolicy;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.spi.KeyValueStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** The application: a database with a cache in front of it, and the services that use them. Thread-safe. */
public final class CatalogApp implements AutoCloseable {

    private static final int PASSWORD_ITERATIONS = 210_000;
    private static final int LARGEST_CATEGORY = 5_000;

    private final CachedStorage cached;
    private final Accounts accounts;
    private final Ingestion ingestion;
    private final Search search;
    private final Activities activities;
    private final Health health;

    private CatalogApp(Storage database, KeyValueStore cache, Clock clock, int passwordIterations) {
        this.cached = CachedStorage.over(database, cache)
                .cache(SESSIONS, CachePolicy.lasting(Duration.ofHours(1)))
                .cache(USERS, CachePolicy.lasting(Duration.ofHours(1)))
                .cache(CATEGORIES, CachePolicy.lasting(Duration.ofHours(24)))
                .cache(
                        ITEMS,
                        CachePolicy.lasting(Duration.ofHours(24)).jitter(0.1).staleIfError(Duration.ofHours(24)))
                .cache(
                        PLACEMENTS,
                        CachePolicy.lasting(Duration.ofMinutes(5))
                                .staleWhileRevalidate(Duration.ofMinutes(1))
                                .rememberAbsent(Duration.ofMinutes(1))
                                .maxRecords(LARGEST_CATEGORY))
                .clock(clock)
                .open();
        // Times are stored in milliseconds; finer ones would be refused.
        Clock millis = Clock.tick(clock, Duration.ofMillis(1));
        Supplier<UUID> ids = Identities.uuidV7(millis, new SecureRandom());
        this.accounts = new Accounts(cached, millis, ids, new Passwords(passwordIterations));
        this.ingestion = new Ingestion(cached, millis);
        this.search = new Search(cached);
        this.activities = new Activities(cached, millis, ids);
        this.health = new Health(database, cache, cached);
    }

    /**
     * Opens the application. The caller closes the database and the cache.
     *
     * @param database a storage of {@link CatalogSchema#CATALOG} that enforces unique keys and references
     * @param clock the clock that the database was opened with
     * @throws UnsupportedCapabilityException if the database doesn't enforce them
     */
    public static CatalogApp open(Storage database, KeyValueStore cache, Clock clock) {
        return open(database, cache, clock, PASSWORD_ITERATIONS);
    }

    static CatalogApp open(Storage database, KeyValueStore cache, Clock clock, int passwordIterations) {
        for (Capability needed : List.of(Capability.UNIQUE_KEYS, Capability.REFERENCES)) {
            database.capabilities().reason(needed).ifPresent(reason -> {
                throw new UnsupportedCapabilityException(
                        "The catalog needs " + needed + ", which is declined: " + reason,
                        new ErrorContext("open", database.name(), null, null),
                        null);
            });
        }
        return new CatalogApp(database, cache, clock, passwordIterations);
    }

    /** Users and their sessions. */
    public Accounts accounts() {
        return accounts;
    }

    /** Adds items. */
    public Ingestion ingestion() {
        return ingestion;
    }

    /** Finds items. */
    public Search search() {
        return search;
    }

    /** Records what users do. */
    public Activities activities() {
        return activities;
    }

    /** Says whether everything works, and what the cache does. */
    public Health health() {
        return health;
    }

    /** Removes expired sessions from the database and expired entries from the cache. Returns how many. */
    public long purge() {
        return cached.purgeExpired() + cached.purge();
    }

    /** Ends the threads of the cache. */
    @Override
    public void close() {
        cached.close();
    }
}
