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
 * A storage that answers reads from a cache where it can. Reads by key and within a partition go to the cache; a partition
 * that is not there is read from the source, then from its {@link Loader} if it has one, which is stored in the source
 * first. Queries across partitions, and everything within a unit of work, go to the source. Thread-safe.
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
 *   <li>After a write through any instance of this cache has returned, no read that begins later answers with what was there
 *       before, on any instance. This holds as long as the cache's store can be reached by writers, the type was named to
 *       the writer's builder too, and the source has {@link Capability#CONSISTENT_READS}: what a source without it still
 *       shows is kept for the time to live.
 *   <li>With a {@linkplain CachedStorageBuilder#near near cache}, other instances may answer with the old content until the
 *       near time to live ends, or until the {@link InvalidationChannel}'s message arrives. Another message is sent when the
 *       store has been told of a write that it could not be told of before.
 *   <li>A write while the cache's store can't be reached is seen at once by the instance that wrote, and by the others when
 *       it has told the store, which it tries every second. Of more than 10,000 partitions it tells no more: then the
 *       others see such a write as one past the cache, and it reads everything past the cache until all entries of that
 *       time have ended.
 *   <li>A write past this cache is seen when the time to live of the entry ends, counted from when the source was asked; so
 *       is one of which the store was not told because the process died before, and one that the store forgets after
 *       it has acknowledged it. With {@code staleWhileRevalidate} the read after that still has the old answer and lets the
 *       source be asked, and a read after the source has answered sees the write; at the latest it is seen when that ends,
 *       which can be so if the source fails, or the cache's 64 threads are busy. With {@code staleIfError} it is seen when
 *       that ends, as long as the source is not available.
 *   <li>A process that dies while it writes leaves a mark: until the mark lifetime ends, that partition is read past the
 *       cache. So it is after a write whose outcome nobody knows. A write that takes effect later than that is as one past
 *       the cache.
 *   <li>Each partition is cached for itself, so a read of records of several partitions while a unit of work is being
 *       committed may have the one as it was before and the other as it is after. So may one after a write past this cache.
 *   <li>Times are told by the clocks of the instances, which are to differ by less than the mark lifetime. One that is set
 *       back can make a time to live longer by the time that has passed before, and no more, while a partition is read.
 * </ul>
 *
 * <p>A partition whose records have all expired is as one without records: its entry ends with the last of them, and a
 * loader is asked again. With a near cache callers may be given the same record, where nobody can change it: its components
 * are primitives, text, numbers, enums, times, {@link io.storeway.Json}, or lists of these that it keeps as they are.
 *
 * <p>Releases of an application whose types differ may share a cache: the promises hold between them, and each replaces the
 * entries of the other that it meets.
 *
 * <p>A cache that is down, slow or full of garbage fails no read and no write: a call that takes longer than the {@linkplain
 * CachedStorageBuilder#timeout timeout} counts as failed, and after a row of failures the cache is left alone for a second.
 *
 * <p>Closing tells the store what it could not be told before, ends the threads of the cache and writes the statistics of
 * keys; what is called then is refused, and so is what a unit of work that is under way has not written yet. It waits for
 * nobody: a thread that asks the source or a loader ends when that has answered. Source and store stay the application's.
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
     * Begins a cache in front of a source; types are cached that are named to the builder.
     *
     * @param store which all instances over the same source share. Caches of two sources in one store would answer with each
     *     other's records, since entries are named by type and key alone.
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

    /** Those of the source. */
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

    /** That of the source; the cache's store can only degrade it, because reads go on without it. */
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
     * What became of the reads of one type.
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

    /** What became of all reads. */
    public CacheStatistics statistics() {
        return counters.values().stream()
                .map(Counters::snapshot)
                .reduce(context.counters().snapshot(), CacheStatistics::plus);
    }

    /**
     * The statistics of keys that have been written, by all instances, to be read and deleted as any records; a key that is
     * deleted begins anew.
     *
     * @throws IllegalStateException if {@link CachedStorageBuilder#keyStatistics} was not called
     */
    public Repository<KeyStatistics> keyStatistics() {
        return tallies().kept();
    }

    /**
     * Writes the statistics of keys that this instance has counted so far; it also does so now and then, and when it is closed.
     *
     * @return false if the storage for them can't be used for the moment, and they wait
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
     * Reads partitions so that they are in the cache.
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
     * Removes what has ended from the cache's store, and returns how many entries. This needs the store: if it can't be used, the
     * call fails.
     */
    public long purge() {
        context.requireOpen("purge", name());
        return context.store().purge(context.clock().instant());
    }

    @Override
    public void close() {
        context.invalidation().catchUp();
        threads.close();
        KeyTallies tallies = context.tallies();
        if (tallies != null) {
            tallies.close();
        }
    }
}
