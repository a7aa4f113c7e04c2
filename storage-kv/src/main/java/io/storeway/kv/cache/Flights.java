package io.storeway.kv.cache;

import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.Sort;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.cache.CacheEntry.Kind;
import io.storeway.kv.cache.GuardedStore.Commit;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads partitions of one type from the source into the cache. Each partition is read once, however many readers wait for it, and
 * cached only if nobody has written it meanwhile.
 */
final class Flights {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final EntityType<?> type;
    private final int maxRecords;
    private final EntryKeys keys;
    private final EntryLife life;
    private final Counters counters;
    private final ReadCounts reads;
    private final CacheContext context;
    private final Loading loading;
    private final ConcurrentHashMap<String, Flight> flights = new ConcurrentHashMap<>();
    private final List<Sort<?>> order = new ArrayList<>();

    Flights(
            EntityType<?> type,
            int maxRecords,
            @Nullable Loader<?> loader,
            EntryKeys keys,
            EntryLife life,
            Counters counters,
            ReadCounts reads,
            CacheContext context) {
        this.type = type;
        this.maxRecords = maxRecords;
        this.keys = keys;
        this.life = life;
        this.counters = counters;
        this.reads = reads;
        this.context = context;
        this.loading = new Loading(type, loader, counters, context);
        Stream.concat(type.position().stream(), type.key().stream())
                .distinct()
                .forEach(field -> order.add(field.ascending()));
    }

    /** A flight that this reader has joined or started. */
    final class Joined {

        private final Flight flight;
        private final Key partition;
        private final RowStore source;

        Joined(Flight flight, Key partition, RowStore source) {
            this.flight = flight;
            this.partition = partition;
            this.source = source;
        }

        CachedPartition join(@Nullable CachedPartition ifUnavailable) {
            try {
                CachedPartition found = flight.answer.await(type);
                reads.miss(partition);
                return found;
            } catch (SharedWork.Abandoned e) {
                return past(partition, source);
            } catch (StorageUnavailableException | StorageTimeoutException e) {
                if (ifUnavailable == null || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                reads.stale(partition, ifUnavailable);
                return ifUnavailable;
            }
        }
    }

    Joined fly(Executor threads, String key, Key partition, RowStore source, @Nullable Entry seen, long generation) {
        Flight mine = new Flight(generation);
        Flight flight = flights.compute(
                key, (same, flying) -> flying != null && flying.admits(seen, generation) ? flying : mine);
        if (flight == mine) {
            threads.execute(() -> mine.answer.run(
                    () -> fill(key, partition, source, seen, generation, mine), () -> flights.remove(key, mine)));
        }
        return new Joined(flight, partition, source);
    }

    /** Reads a partition anew in the background, unless that is under way or all threads are busy; then a later reader tries. */
    void revalidate(String key, Key partition, RowStore source, Entry seen, long generation) {
        Flight flying = flights.get(key);
        if (flying == null || !flying.admits(seen, generation)) {
            var unused = context.runElsewhere(() -> fly(Runnable::run, key, partition, source, seen, generation));
        }
    }

    private CachedPartition fill(
            String key, Key partition, RowStore source, @Nullable Entry seen, long generation, Flight flight) {
        long version = seen == null ? lease(key) : seen.version();
        if (version == 0) {
            flight.asksAlone();
        } else {
            flight.asksAt(version);
        }
        long asked = context.clock().millis();
        CachedPartition found = fromSource(partition, source);
        if (life.absent(found) && loads(Runnable::run, key, partition, source)) {
            version = lease(key);
            asked = context.clock().millis();
            found = fromSource(partition, source);
        }
        CacheEntry entry = version == 0 ? null : life.entry(found, generation, asked);
        if (entry != null) {
            keep(key, version, entry);
        }
        return found;
    }

    /** Puts a lease under a key without an entry, and returns its version; 0 if that can't be done. */
    private long lease(String key) {
        UUID owner = UUID.randomUUID();
        Instant end = Instant.ofEpochMilli(context.clock().millis()).plus(LEASE);
        Write lease = new Write(
                key, CacheEntry.owned(Kind.LEASE, owner, end.toEpochMilli()).encode(), null, end);
        if (context.store().commit(List.of(new Expectation(key, 0)), List.of(lease)) != Commit.DONE) {
            return 0;
        }
        List<@Nullable Entry> entries = context.store().getAll(List.of(key));
        Entry entry = entries == null ? null : entries.get(0);
        CacheEntry content = entry == null ? null : CacheEntry.decode(entry.value());
        return entry != null && content != null && owner.equals(content.owner()) ? entry.version() : 0;
    }

    private void keep(String key, long version, CacheEntry entry) {
        byte[] value = entry.encode();
        Write write = new Write(key, value, null, Instant.ofEpochMilli(entry.end()));
        if (context.store().commit(List.of(new Expectation(key, version)), List.of(write)) == Commit.DONE) {
            counters.bytesWritten.add(value.length);
        }
    }

    /** Reads from the source without using or filling the cache. */
    CachedPartition past(Key partition, RowStore source) {
        CachedPartition found = fromSource(partition, source);
        if (life.absent(found) && loads(context::run, keys.of(partition), partition, source)) {
            found = fromSource(partition, source);
        }
        reads.bypass(partition);
        return found;
    }

    private boolean loads(Executor threads, String key, Key partition, RowStore source) {
        return loading.load(threads, key, partition, source, () -> life.absent(fromSource(partition, source)));
    }

    private CachedPartition fromSource(Key partition, RowStore source) {
        int oneMore = Math.max(maxRecords, maxRecords + 1);
        List<Row> rows =
                source.select(type, new Selection(partition, new Condition.And<>(List.of()), order, null, oneMore));
        return CachedPartition.of(rows.size() > maxRecords ? null : List.copyOf(rows));
    }
}
