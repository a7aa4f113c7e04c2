package io.storeway.kv.cache;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Health;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.ReplicaStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A storage that answers reads from a cache if it can. Reads by key and within a partition go to the cache. A partition that is not
 * there is read from the source. If the source has no records of it and the type has a {@link Loader}, the loader is asked, and its
 * records are first stored in the source. Queries across partitions, and everything within a unit of work, go to the source.
 * Thread-safe.
 *
 * <pre>{@code
 * Storage books = CachedStorage.over(sql, redis)
 *         .cache(BOOKS, CachePolicy.lasting(Duration.ofHours(24)).staleIfError(Duration.ofDays(2)))
 *         .open();
 * }</pre>
 *
 * <p>How old an answer can be:
 *
 * <ul>
 *   <li>When a write through any instance of this cache has returned, no read that begins later, on any instance, returns the content
 *       before it. This holds as long as the writer can reach the cache's store, the type was also named to the writer's builder,
 *       and the source has {@link Capability#CONSISTENT_READS}: what a source without it returns, however old, is kept for the time
 *       to live. So is what a routed storage reads from its new storage in READ_NEW before that has followed a write of another
 *       instance.
 *   <li>With a {@linkplain CachedStorageBuilder#near near cache}, other instances may return the old content until the near time to
 *       live ends, or until the message of the {@link InvalidationChannel} arrives.
 *   <li>If a writer can't reach the cache's store, its own instance sees the write at once. The others see it when the writer has
 *       invalidated the entries, which it tries every second; another message is sent to near caches then. If more than 10,000
 *       partitions wait for that, the writer gives it up: the others see such writes like those past the cache, and the writer's
 *       instance doesn't use the cache until all entries of that time have ended.
 *   <li>A write past this cache is seen when the entry's time to live ends, counted from when the source was asked. The same holds if
 *       a process dies before it has invalidated an entry, or if the cache's store loses what it has acknowledged. With {@code
 *       staleWhileRevalidate} the first read after the time to live still returns the old content and has the source asked; reads
 *       after the source has answered see the write. They see it at the latest when {@code staleWhileRevalidate} ends, even if the
 *       source has failed or the cache's 64 threads are busy. With {@code staleIfError} and a source that is not available, it is
 *       seen when that ends.
 *   <li>If a process dies while it writes, or the outcome of a write is unknown, the partition is read past the cache until the
 *       mark's lifetime ends. A write that takes effect even later is like one past the cache.
 *   <li>Each partition is cached by itself. So a read of several partitions, while a unit of work commits or after a write past this
 *       cache, may return one of them as it was before and another as it is after.
 *   <li>Times are judged by the clocks of the instances, which must not differ by the mark's lifetime or more. If a clock is set back
 *       while a partition is read, a time to live may become longer, at most by what had already passed of it.
 * </ul>
 *
 * <p>A partition whose records have all expired is treated as one without records: its entry ends when the last of them expires, and
 * a loader is asked again. With a near cache several callers may be given the same record object, if it can't be changed: its
 * components are primitives, text, numbers, enums, times, {@link io.storeway.Json}, or lists of these that the record copies.
 *
 * <p>Releases of an application with different types may share a cache. All promises hold between them; each replaces entries of the
 * other when it meets them.
 *
 * <p>A cache that is down, slow or full of garbage makes no read and no write fail. A call that takes longer than the {@linkplain
 * CachedStorageBuilder#timeout timeout} counts as failed, and after several failures in a row the cache isn't called for a second.
 *
 * <p>Closing invalidates what could not be invalidated before, ends the threads of the cache, and writes the statistics of keys. Later
 * calls are refused, also within a unit of work that is under way. Closing doesn't wait for a thread that asks the source or a loader;
 * that one ends when it has its answer. Source and store stay open: they belong to the application.
 */
public final class CachedStorage implements Storage {

    private final Storage source;
    private final CacheContext context;
    private final CacheThreads threads;
    private final Map<EntityType<?>, Counters> counters;

    CachedStorage(Storage source, CacheContext context, CacheThreads threads, Map<EntityType<?>, Counters> counters) {
        this.source = source;
        this.context = context;
        this.threads = threads;
        this.counters = counters;
    }

    /**
     * Begins to build a cache in front of a source. The types named to the builder are cached.
     *
     * @param store the cache's store, shared by all instances over the same source, and by no cache of another source: entries are
     *     named by type and key only, so two such caches would return each other's records
     */
    public static CachedStorageBuilder over(Storage source, KeyValueStore store) {
        return new CachedStorageBuilder(source, store);
    }

    /** The name of the source. */
    @Override
    public String name() {
        return source.name();
    }

    @Override
    public Catalog catalog() {
        return source.catalog();
    }

    /** The capabilities of the source. */
    @Override
    public Capabilities capabilities() {
        return source.capabilities();
    }

    @Override
    public <T> Repository<T> repository(EntityType<T> type) {
        return new Repository<>(
                type, new CachedRows(context, source.repository(type).rows()), context.clock());
    }

    @Override
    public <R> R transact(Function<? super UnitOfWork, ? extends R> work) {
        CacheWrite write = new CacheWrite(context);
        return write.run(
                List.of(),
                () -> source.transact(unit -> {
                    Touched touched = new Touched(context.types());
                    R result = work.apply(new Unit(unit, touched));
                    write.mark(touched.keys());
                    return result;
                }));
    }

    private final class Unit implements UnitOfWork {

        private final UnitOfWork unit;
        private final Touched touched;

        Unit(UnitOfWork unit, Touched touched) {
            this.unit = unit;
            this.touched = touched;
        }

        @Override
        public <T> Repository<T> repository(EntityType<T> type) {
            return new Repository<>(
                    type, new RecordingRows(unit.repository(type).rows(), touched), context.clock());
        }
    }

    /** The health of the source. A failure of the cache's store is no worse than DEGRADED, because reads go on without it. */
    @Override
    public Health health() {
        if (context.closed()) {
            return source.health().and("cache", Health.Status.DOWN, "the storage is closed");
        }
        boolean answers = context.store().getAll(List.of("health")) != null;
        return source.health()
                .and(
                        "cache",
                        answers ? Health.Status.UP : Health.Status.DEGRADED,
                        answers ? "the store answers" : "the store can't be used; reads go to the source");
    }

    @Override
    public ReplicaStore replica() {
        return new CachedReplica(source.replica(), context, name());
    }

    /**
     * How reads of one type were answered.
     *
     * @throws IllegalArgumentException if the type is not cached
     */
    public CacheStatistics statistics(EntityType<?> type) {
        return counters(type).snapshot();
    }

    private Counters counters(EntityType<?> type) {
        Counters counted = counters.get(type);
        if (counted == null) {
            throw new IllegalArgumentException("The type " + type.name() + " is not cached");
        }
        return counted;
    }

    /** How all reads were answered. */
    public CacheStatistics statistics() {
        return counters.values().stream()
                .map(Counters::snapshot)
                .reduce(context.counters().snapshot(), CacheStatistics::plus);
    }

    /**
     * The statistics of keys that all instances have written. They can be read and deleted like any records; the counts of a deleted
     * key begin anew.
     *
     * @throws IllegalStateException if {@link CachedStorageBuilder#keyStatistics} was not called
     */
    public Repository<KeyStatistics> keyStatistics() {
        return tallies().kept();
    }

    /**
     * Writes the statistics of keys that this instance has counted so far. This also happens regularly and on closing.
     *
     * @return false if the storage for them can't be used at the moment, so that they wait
     * @throws IllegalStateException if {@link CachedStorageBuilder#keyStatistics} was not called
     */
    public boolean writeKeyStatistics() {
        return tallies().write();
    }

    private KeyTallies tallies() {
        KeyTallies tallies = context.tallies();
        if (tallies == null) {
            throw new IllegalStateException("No statistics of keys are kept; call keyStatistics(…) on the builder");
        }
        return tallies;
    }

    /**
     * Puts partitions into the cache by reading them.
     *
     * @return how many of them have records
     * @throws IllegalArgumentException if the type is not cached
     */
    public int warm(EntityType<?> type, Collection<Key> partitions) {
        var unused = counters(type);
        int found = 0;
        for (Key partition : partitions) {
            found += repository(type).partition(partition).count() > 0 ? 1 : 0;
        }
        return found;
    }

    /**
     * Removes entries that have ended from the cache's store, and returns how many there were. Fails if the store can't be used.
     */
    public long purge() {
        context.requireOpen("purge", name());
        return context.store().purge(context.clock().instant());
    }

    @Override
    public void close() {
        if (context.closed()) {
            return;
        }
        context.invalidation().catchUp();
        threads.close();
        KeyTallies tallies = context.tallies();
        if (tallies != null) {
            tallies.close();
        }
    }
}
