package io.storeway.kv.cache;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.internal.Library;
import io.storeway.spi.KeyValueStore;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link CachedStorage}. */
public final class CachedStorageBuilder {

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final Storage source;
    private final KeyValueStore store;
    private final Map<EntityType<?>, CachePolicy> policies = new LinkedHashMap<>();
    private final Map<EntityType<?>, Loader<?>> loaders = new HashMap<>();
    private Clock clock = Clock.systemUTC();
    private Duration markLifetime = Duration.ofSeconds(30);
    private @Nullable Duration timeout;
    private @Nullable Duration nearTimeToLive;
    private int nearPartitions;
    private @Nullable InvalidationChannel channel;
    private @Nullable Storage statistics;
    private @Nullable ExecutorService reading;
    private Duration statisticsPause = Duration.ZERO;

    CachedStorageBuilder(Storage source, KeyValueStore store) {
        this.source = source;
        this.store = store;
    }

    /**
     * Caches a type.
     *
     * @throws IllegalArgumentException if the source's catalog doesn't have it
     */
    public CachedStorageBuilder cache(EntityType<?> type, CachePolicy policy) {
        if (!source.catalog().contains(type)) {
            throw new IllegalArgumentException("The catalog of the source has no entity type " + type.name());
        }
        policies.put(type, policy);
        return this;
    }

    /** Caches a type, with a loader that is asked for partitions of which the source has no records. */
    public <T> CachedStorageBuilder cache(EntityType<T> type, CachePolicy policy, Loader<T> loader) {
        loaders.put(type, loader);
        return cache(type, policy);
    }

    /**
     * Also keeps partitions in the memory of the process; needs com.github.ben-manes.caffeine:caffeine.
     *
     * @param partitions how many at most
     * @param timeToLive how long a partition is kept, and so how long this instance may return what another one has changed
     */
    public CachedStorageBuilder near(int partitions, Duration timeToLive) {
        if (partitions < 1 || timeToLive.toMillis() < 1) {
            throw new IllegalArgumentException("A near cache keeps at least one partition for a millisecond");
        }
        this.nearPartitions = partitions;
        this.nearTimeToLive = timeToLive;
        return this;
    }

    /** Tells the near caches of other instances what has changed. The storage closes the channel. */
    public CachedStorageBuilder channel(InvalidationChannel messages) {
        this.channel = messages;
        return this;
    }

    /**
     * Counts hits, misses and the last access of each key, and adds them to {@link KeyStatistics} in a storage. This is done in the
     * background, in units of work of up to 100 keys; no read fails if that storage is down. Counts of up to 10,000 keys wait in
     * memory; those of further keys, and those of a process that dies, are lost.
     *
     * @param storage a storage whose catalog has {@link KeyStatistics#TYPE}; it is not closed by the cache
     * @param every how long counts wait at most, if the storage can be used
     * @throws IllegalArgumentException if the catalog of that storage doesn't have the type
     */
    public CachedStorageBuilder keyStatistics(Storage storage, Duration every) {
        if (!storage.catalog().contains(KeyStatistics.TYPE)) {
            throw new IllegalArgumentException("The catalog of the storage " + storage.name()
                    + " lacks KeyStatistics.TYPE, under which statistics of keys are kept");
        }
        if (every.toMillis() < 1) {
            throw new IllegalArgumentException("Statistics wait at least a millisecond, not " + every);
        }
        this.statistics = storage;
        this.statisticsPause = every;
        return this;
    }

    /**
     * How long a call of the cache's store may take; by default as long as the store itself allows. A hit needs one call, to cache a
     * partition four, and a write four for all that it changes together. A read makes no more calls after one that has failed. A read
     * of several partitions makes these calls for each of them, one after another.
     *
     * @throws IllegalArgumentException if it is shorter than a millisecond
     */
    public CachedStorageBuilder timeout(Duration limit) {
        if (limit.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "A call of the cache's store takes at least a millisecond, not " + limit);
        }
        this.timeout = limit;
        return this;
    }

    /**
     * How long the mark of a write lasts if the writer doesn't remove it; 30 seconds by default. Has to be longer than any write takes,
     * and longer than the clocks of the instances differ.
     *
     * @throws IllegalArgumentException if it is shorter than a millisecond or longer than a day
     */
    public CachedStorageBuilder markLifetime(Duration lifetime) {
        if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(Mark.LONGEST) > 0) {
            throw new IllegalArgumentException("A mark lasts for a millisecond to a day, not " + lifetime);
        }
        this.markLifetime = lifetime;
        return this;
    }

    /** The clock for times to live and the expiry of records; should be the one that the source uses. */
    public CachedStorageBuilder clock(Clock judge) {
        this.clock = judge;
        return this;
    }

    /** Reads the source on these threads instead of the cache's own; the storage ends them when it is closed. */
    CachedStorageBuilder reading(ExecutorService threads) {
        this.reading = threads;
        return this;
    }

    /**
     * Opens the storage.
     *
     * @throws UnsupportedCapabilityException if the source joins transactions that are committed elsewhere; if the cache's store takes no
     *     writes, has no conditional writes or no consistent reads; if there is a loader and the source takes no writes; if the
     *     storage for statistics has no units of work; or if there is a near cache and Caffeine is missing
     */
    public CachedStorage open() {
        if (source.joinsTransactions()) {
            throw new UnsupportedCapabilityException(
                    "A cache has to know when a write is final, and this storage joins transactions of the application;"
                            + " open one without joinTransactions() for it",
                    new ErrorContext("open", source.name(), null, null),
                    null);
        }
        for (Capability needed :
                List.of(Capability.WRITES, Capability.CONDITIONAL_WRITES, Capability.CONSISTENT_READS)) {
            require(store.capabilities(), needed, "A cache can't keep its promises in", store.name());
        }
        if (!loaders.isEmpty()) {
            require(source.capabilities(), Capability.WRITES, "What a loader gives can't be stored in", source.name());
        }
        if (channel != null && nearTimeToLive == null) {
            throw new IllegalArgumentException("A channel is of use with a near cache only; call near(…)");
        }
        if (statistics != null) {
            require(
                    statistics.capabilities(),
                    Capability.UNITS_OF_WORK,
                    "Statistics of keys can't be kept in",
                    statistics.name());
        }
        if (nearTimeToLive != null) {
            Library.require(
                    "Caffeine",
                    "com.github.benmanes.caffeine.cache.Caffeine",
                    "com.github.ben-manes.caffeine:caffeine",
                    CachedStorageBuilder.class);
        }
        Counters shared = new Counters();
        CacheThreads threads = new CacheThreads(reading, channel);
        NearCache near = nearTimeToLive == null ? null : new NearCache(nearPartitions, nearTimeToLive, clock, shared);
        GuardedStore guarded = new GuardedStore(store, timeout, threads.calling(), shared, clock);
        Invalidation invalidation = new Invalidation(
                guarded, clock, markLifetime, longestLife(), shared, dropped(near, channel, shared), threads::later);
        CachedTypes types = new CachedTypes();
        KeyTallies tallies =
                statistics == null ? null : new KeyTallies(statistics, statisticsPause, clock, shared.uncounted);
        CacheContext context =
                new CacheContext(guarded, invalidation, near, tallies, shared, clock, threads.reading(), types);
        Map<EntityType<?>, Counters> counters = new LinkedHashMap<>();
        policies.forEach((type, policy) -> {
            Counters own = new Counters();
            counters.put(type, own);
            types.add(
                    type,
                    new PartitionCache(type, policy, loaders.get(type), CachedTypes.cascaded(type), own, context));
        });
        types.link(source.catalog());
        if (channel != null && near != null) {
            channel.subscribe(near);
        }
        return new CachedStorage(source, context, threads, counters);
    }

    private static void require(Capabilities offered, Capability needed, String what, String name) {
        offered.reason(needed).ifPresent(reason -> {
            throw new UnsupportedCapabilityException(
                    what + " " + name + ", which lacks " + needed + ": " + reason,
                    new ErrorContext("open", name, null, null),
                    null);
        });
    }

    private Duration longestLife() {
        return policies.values().stream()
                .map(CachedStorageBuilder::lifeOf)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private static Duration lifeOf(CachePolicy policy) {
        Duration fresh = policy.timeToLive().compareTo(policy.absentTimeToLive()) > 0
                ? policy.timeToLive()
                : policy.absentTimeToLive();
        Duration stale = policy.staleIfError().compareTo(policy.staleWhileRevalidate()) > 0
                ? policy.staleIfError()
                : policy.staleWhileRevalidate();
        return fresh.plus(stale);
    }

    private static Consumer<String> dropped(
            @Nullable NearCache near, @Nullable InvalidationChannel channel, Counters counters) {
        if (near == null) {
            return entry -> {};
        }
        return entry -> {
            near.changed(entry);
            if (channel != null) {
                try {
                    channel.publish(entry);
                } catch (RuntimeException e) {
                    counters.cacheFailures.increment();
                }
            }
        };
    }
}
