package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.kv.cache.CacheEntry.Kind;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.RowStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The cached partitions of one entity type. */
final class PartitionCache {

    /** How many entries are read at once. */
    private static final int AT_ONCE = 100;

    private final EntryLife life;
    private final Counters counters;
    private final ReadCounts reads;
    private final CacheContext context;
    private final EntryKeys keys;
    private final RowImage image;
    private final List<Field<?, ?>> arrays;
    private final @Nullable NearPartitions near;
    private final @Nullable String generationKey;
    private final Flights flights;
    private final boolean loads;

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
        this.flights = new Flights(type, policy.maxRecords(), loader, keys, life, counters, reads, context);
        this.loads = loader != null;
    }

    @Nullable
    String generationKey() {
        return generationKey;
    }

    /** The key of a partition, or null if it is too long for the store. */
    @Nullable
    String keyOf(Key partition) {
        String key = keys.of(partition);
        return key.length() * 3L <= context.store().maxKeyBytes()
                        || key.getBytes(StandardCharsets.UTF_8).length
                                <= context.store().maxKeyBytes()
                ? key
                : null;
    }

    /** The content of a partition, from the cache, the source or the loader. Values that can be changed are the caller's own copies. */
    CachedPartition read(Key partition, RowStore source) {
        CachedPartition kept = near(partition);
        NearPartitions.Stamp stamp = kept == null ? stamp(partition) : null;
        return own(kept == null ? keptNear(partition, shared(partition, source), stamp) : kept);
    }

    /**
     * The contents of several partitions, for which the cache's store is asked once. Without a loader, partitions that have to be read
     * past the cache are left out, so that the caller can read them all by one query.
     */
    Map<Key, CachedPartition> readAll(Collection<Key> partitions, RowStore source) {
        Map<Key, CachedPartition> found = new HashMap<>();
        Map<Key, NearPartitions.@Nullable Stamp> elsewhere = new LinkedHashMap<>();
        for (Key partition : partitions) {
            CachedPartition kept = near(partition);
            if (kept == null) {
                elsewhere.put(partition, stamp(partition));
            } else {
                found.put(partition, own(kept));
            }
        }
        shared(elsewhere.keySet(), source)
                .forEach((partition, answer) ->
                        found.put(partition, own(keptNear(partition, answer.get(), elsewhere.get(partition)))));
        return found;
    }

    private CachedPartition own(CachedPartition found) {
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

    private @Nullable CachedPartition near(Key partition) {
        CachedPartition kept = near == null ? null : near.get(partition);
        if (kept != null) {
            reads.near(partition, kept);
        }
        return kept;
    }

    private NearPartitions.@Nullable Stamp stamp(Key partition) {
        return near == null ? null : near.stamp(partition);
    }

    private CachedPartition keptNear(Key partition, CachedPartition found, NearPartitions.@Nullable Stamp stamp) {
        if (near != null && stamp != null && found.keepUntil() > 0) {
            near.put(partition, found, stamp);
        }
        return found;
    }

    private CachedPartition shared(Key partition, RowStore source) {
        String key = trusted(partition);
        List<@Nullable Entry> entries = key == null ? null : entries(List.of(key));
        Supplier<CachedPartition> answer =
                key == null || entries == null ? null : answer(key, partition, source, entries, 0);
        return answer == null ? flights.past(partition, source) : answer.get();
    }

    /** The answers of the cache; without a loader, partitions that have to be read past it are left out. */
    private Map<Key, Supplier<CachedPartition>> shared(Collection<Key> partitions, RowStore source) {
        Map<Key, Supplier<CachedPartition>> answers = new LinkedHashMap<>();
        List<Key> asked = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Key partition : partitions) {
            String key = trusted(partition);
            if (key != null) {
                asked.add(partition);
                names.add(key);
            }
        }
        for (int from = 0; from < names.size(); from += AT_ONCE) {
            List<String> part = names.subList(from, Math.min(names.size(), from + AT_ONCE));
            List<@Nullable Entry> entries = entries(part);
            for (int i = 0; entries != null && i < part.size(); i++) {
                Key partition = asked.get(from + i);
                Supplier<CachedPartition> answer = answer(part.get(i), partition, source, entries, i);
                if (answer != null) {
                    answers.put(partition, answer);
                }
            }
        }
        for (Key partition : partitions) {
            if (!answers.containsKey(partition)) {
                if (loads) {
                    answers.put(partition, () -> flights.past(partition, source));
                } else {
                    reads.bypass(partition);
                }
            }
        }
        return answers;
    }

    /** The key of a partition, or null if its entry can't be used. */
    private @Nullable String trusted(Key partition) {
        String key = keyOf(partition);
        return key == null
                        || context.invalidation().suspect(key)
                        || (generationKey != null && context.invalidation().suspect(generationKey))
                ? null
                : key;
    }

    /** The answer of the entry, or of the flight that fetches it; null if the partition has to be read past the cache. */
    private @Nullable Supplier<CachedPartition> answer(
            String key, Key partition, RowStore source, List<@Nullable Entry> entries, int index) {
        Entry entry = entries.get(index);
        Entry generation = generationKey == null ? null : entries.get(entries.size() - 1);
        long now = context.clock().millis();
        CacheEntry content = decoded(entry);
        if (marked(content, now) || marked(decoded(generation), now)) {
            return null;
        }
        long generationVersion = generation == null ? 0 : generation.version();
        Hit hit = entry == null ? null : hit(entry, content, partition, generationVersion, now);
        if (hit == null) {
            Flights.Joined flight = flights.fly(context::run, key, partition, source, entry, generationVersion);
            return () -> flight.join(null);
        }
        if (hit.entry().freshUntil() > now) {
            reads.hit(partition, hit.partition());
            return () -> hit.partition().keptUntil(hit.entry().freshUntil());
        }
        if (hit.entry().revalidateUntil() > now) {
            reads.stale(partition, hit.partition());
            flights.revalidate(key, partition, source, entry, generationVersion);
            return hit::partition;
        }
        Flights.Joined flight = flights.fly(context::run, key, partition, source, entry, generationVersion);
        return () -> flight.join(hit.partition());
    }

    /** The entries, followed by that of the generation if the type has one; null if the store can't be used. */
    private @Nullable List<@Nullable Entry> entries(List<String> wanted) {
        if (generationKey == null) {
            return context.store().getAll(wanted);
        }
        List<String> all = new ArrayList<>(wanted);
        all.add(generationKey);
        List<@Nullable Entry> entries = context.store().getAll(all);
        if (entries != null && entries.get(wanted.size()) == null) {
            context.invalidation().begin(generationKey);
            entries = context.store().getAll(all);
        }
        return entries == null || entries.get(wanted.size()) == null ? null : entries;
    }

    private static @Nullable CacheEntry decoded(@Nullable Entry entry) {
        return entry == null ? null : CacheEntry.decode(entry.value());
    }

    private static boolean marked(@Nullable CacheEntry content, long now) {
        return content != null && content.marks(now);
    }

    /** An entry that can be served now, or at least if the source is not available. */
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
}
