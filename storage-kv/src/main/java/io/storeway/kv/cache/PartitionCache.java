package io.storeway.kv.cache;

import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The cached partitions of one entity type. */
final class PartitionCache {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final EntityType<?> type;
    private final int maxRecords;
    private final EntryLife life;
    private final Counters counters;
    private final ReadCounts reads;
    private final CacheContext context;
    private final EntryKeys keys;
    private final RowImage image;
    private final List<Field<?, ?>> arrays;
    private final @Nullable NearPartitions near;
    private final @Nullable String generationKey;
    private final Loading loading;
    private final ConcurrentHashMap<String, Flight> flights = new ConcurrentHashMap<>();
    private final List<Sort<?>> order = new ArrayList<>();

    /**
     * The cache of a type.
     *
     * @param cascaded whether deleting records of another type deletes records of this one
     */
    PartitionCache(
            EntityType<?> type,
            CachePolicy policy,
            @Nullable Loader<?> loader,
            boolean cascaded,
            Counters counters,
            CacheContext context) {
        this.type = type;
        this.maxRecords = policy.maxRecords();
        this.counters = counters;
        this.reads = new ReadCounts(type, counters, context.tallies());
        this.context = context;
        this.keys = new EntryKeys(type);
        this.image = new RowImage(type);
        this.life = new EntryLife(type, policy, image, context.clock());
        this.arrays = type.fields().stream()
                .<Field<?, ?>>map(field -> field)
                .filter(field ->
                        field.type().equals(FieldType.BYTES) || field.type().equals(FieldType.listOf(FieldType.BYTES)))
                .toList();
        this.near = context.near() == null ? null : context.near().add(type, keys);
        this.generationKey = cascaded ? keys.generation() : null;
        this.loading = new Loading(type, loader, counters, context);
        Stream.concat(type.position().stream(), type.key().stream())
                .distinct()
                .forEach(field -> order.add(field.ascending()));
    }

    @Nullable
    String generationKey() {
        return generationKey;
    }

    /** The key of a partition, or null if the store takes none of that length. */
    @Nullable
    String keyOf(Key partition) {
        String key = keys.of(partition);
        return key.length() * 3L <= context.store().maxKeyBytes()
                        || key.getBytes(StandardCharsets.UTF_8).length
                                <= context.store().maxKeyBytes()
                ? key
                : null;
    }

    /** The content of a partition, from wherever it can be had; what can be changed of it is the caller's own. */
    CachedPartition read(Key partition, RowStore source) {
        CachedPartition found = near == null ? shared(partition, source) : near(partition, source, near);
        List<Row> rows = found.rows();
        return arrays.isEmpty() || rows == null
                ? found
                : CachedPartition.of(rows.stream().map(this::withOwnArrays).toList());
    }

    private Row withOwnArrays(Row row) {
        Row own = row;
        for (Field<?, ?> field : arrays) {
            Object value = row.get(field.index());
            own = value == null ? own : own.with(field.index(), field.type().normalize(value));
        }
        return own;
    }

    private CachedPartition near(Key partition, RowStore source, NearPartitions from) {
        CachedPartition kept = from.get(partition);
        if (kept != null) {
            reads.near(partition, kept);
            return kept;
        }
        NearPartitions.Stamp stamp = from.stamp(partition);
        CachedPartition found = shared(partition, source);
        if (found.keepUntil() > 0) {
            from.put(partition, found, stamp);
        }
        return found;
    }

    private CachedPartition shared(Key partition, RowStore source) {
        String key = keyOf(partition);
        if (key == null) {
            return past(partition, source);
        }
        boolean suspect = context.invalidation().suspect(key)
                || (generationKey != null && context.invalidation().suspect(generationKey));
        List<@Nullable Entry> entries = suspect ? null : entries(key);
        if (entries == null) {
            return past(partition, source);
        }
        Entry entry = entries.get(0);
        Entry generation = generationKey == null ? null : entries.get(1);
        long now = context.clock().millis();
        CacheEntry content = decoded(entry);
        if (marked(content, now) || marked(decoded(generation), now)) {
            return past(partition, source);
        }
        long generationVersion = generation == null ? 0 : generation.version();
        Hit hit = entry == null ? null : hit(entry, content, partition, generationVersion, now);
        if (hit == null) {
            return fly(context::run, key, partition, source, entry, generationVersion)
                    .join(null);
        }
        if (hit.entry().freshUntil() > now) {
            reads.hit(partition, hit.partition());
            return hit.partition().keptUntil(hit.entry().freshUntil());
        }
        if (hit.entry().revalidateUntil() > now) {
            reads.stale(partition, hit.partition());
            revalidate(key, partition, source, entry, generationVersion);
            return hit.partition();
        }
        return fly(context::run, key, partition, source, entry, generationVersion)
                .join(hit.partition());
    }

    /** The entry and that of the generation, if the type has one; null if they can't be had. */
    private @Nullable List<@Nullable Entry> entries(String key) {
        if (generationKey == null) {
            return context.store().getAll(List.of(key));
        }
        List<@Nullable Entry> entries = context.store().getAll(List.of(key, generationKey));
        if (entries != null && entries.get(1) == null) {
            context.invalidation().begin(generationKey);
            entries = context.store().getAll(List.of(key, generationKey));
        }
        return entries == null || entries.get(1) == null ? null : entries;
    }

    private static @Nullable CacheEntry decoded(@Nullable Entry entry) {
        return entry == null ? null : CacheEntry.decode(entry.value());
    }

    private static boolean marked(@Nullable CacheEntry content, long now) {
        return content != null && content.marks(now);
    }

    /** An entry that can be served now, or later if the source is not available. */
    private record Hit(CacheEntry entry, CachedPartition partition) {}

    private @Nullable Hit hit(Entry entry, @Nullable CacheEntry content, Key partition, long generation, long now) {
        counters.bytesRead.add(entry.value().length);
        if (content == null || content.overlong(now)) {
            counters.poisoned.increment();
            return null;
        }
        if (!content.holdsRows()
                || content.generation() != generation
                || content.end() <= now
                || !life.plausible(content, now)) {
            return null;
        }
        if (content.kind() == Kind.TOO_LARGE) {
            return new Hit(content, CachedPartition.of(null));
        }
        try {
            return new Hit(content, CachedPartition.of(image.decode(partition, content.body())));
        } catch (IllegalArgumentException e) {
            counters.poisoned.increment();
            return null;
        }
    }

    /** A flight that this reader waits for, or started. */
    private final class Joined {

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

    private Joined fly(
            Executor threads, String key, Key partition, RowStore source, @Nullable Entry seen, long generation) {
        Flight mine = new Flight(generation);
        Flight flight = flights.compute(
                key, (same, flying) -> flying != null && flying.admits(seen, generation) ? flying : mine);
        if (flight == mine) {
            threads.execute(() -> mine.answer.run(
                    () -> fill(key, partition, source, seen, generation, mine), () -> flights.remove(key, mine)));
        }
        return new Joined(flight, partition, source);
    }

    /** In the background, unless it goes on; if all threads are busy, a later reader sees to it. */
    private void revalidate(String key, Key partition, RowStore source, Entry seen, long generation) {
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

    /** Puts a lease where nothing stands and returns its version, or 0 if that can't be done. */
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
        CacheEntry content = decoded(entry);
        return entry != null && content != null && owner.equals(content.owner()) ? entry.version() : 0;
    }

    private void keep(String key, long version, CacheEntry entry) {
        byte[] value = entry.encode();
        Write write = new Write(key, value, null, Instant.ofEpochMilli(entry.end()));
        if (context.store().commit(List.of(new Expectation(key, version)), List.of(write)) == Commit.DONE) {
            counters.bytesWritten.add(value.length);
        }
    }

    /** Reads past the cache and keeps nothing. */
    private CachedPartition past(Key partition, RowStore source) {
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
