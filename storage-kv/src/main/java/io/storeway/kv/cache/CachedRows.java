package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rows that are read through the cache, and written to the source with cache entries invalidated. */
final class CachedRows implements RowStore {

    private final CacheContext context;
    private final RowStore source;

    CachedRows(CacheContext context, RowStore source) {
        this.context = context;
        this.source = source;
    }

    @Override
    public String backend() {
        return source.backend();
    }

    @Override
    public boolean indexed(EntityType<?> type, Selection selection) {
        return source.indexed(type, selection);
    }

    @Override
    public void insert(EntityType<?> type, List<Row> rows) {
        write(touched().rows(type, rows), () -> {
            source.insert(type, rows);
            return true;
        });
    }

    @Override
    public void update(EntityType<?> type, List<Row> rows) {
        write(touched().rows(type, rows), () -> {
            source.update(type, rows);
            return true;
        });
    }

    @Override
    public void save(EntityType<?> type, List<Row> rows) {
        write(touched().rows(type, rows), () -> {
            source.save(type, rows);
            return true;
        });
    }

    @Override
    public List<Row> append(EntityType<?> type, List<Row> rows) {
        return write(touched().rows(type, rows), () -> source.append(type, rows));
    }

    @Override
    public int delete(EntityType<?> type, List<Key> keys) {
        return write(touched().records(type, keys).deletions(type), () -> source.delete(type, keys));
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> rows) {
        write(touched().partition(type, partition).deletions(type), () -> {
            source.replace(type, partition, rows);
            return true;
        });
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> rows, String version) {
        write(touched().partition(type, partition).deletions(type), () -> {
            source.replace(type, partition, rows, version);
            return true;
        });
    }

    /** Reads from the source, because a snapshot is taken in order to change the partition on its present version. */
    @Override
    public Snapshot snapshot(EntityType<?> type, Key partition) {
        context.requireOpen("read", backend());
        return source.snapshot(type, partition);
    }

    /** Keeps the entries of the type itself: they may hold expired rows, which every reader leaves out. */
    @Override
    public long purge(EntityType<?> type) {
        return write(touched().deletions(type), () -> source.purge(type));
    }

    @Override
    public long purge(EntityType<?> type, List<Key> partitions) {
        return write(touched().deletions(type), () -> source.purge(type, partitions));
    }

    private Touched touched() {
        return new Touched(context.types());
    }

    private <R> R write(Touched touched, Supplier<R> work) {
        return new CacheWrite(context).run(touched.keys(), work);
    }

    @Override
    public List<@Nullable Row> find(EntityType<?> type, List<Key> keys) {
        context.requireOpen("find", backend());
        PartitionCache cache = context.types().of(type);
        if (cache == null || keys.isEmpty()) {
            return source.find(type, keys);
        }
        if (keys.size() == 1) {
            return Collections.singletonList(find(cache, type, keys.get(0)));
        }
        Map<Key, List<Key>> byPartition = new LinkedHashMap<>();
        keys.forEach(key -> byPartition
                .computeIfAbsent(type.partitionOf(key), absent -> new ArrayList<>())
                .add(key));
        Map<Key, Row> byKey = new HashMap<>();
        List<Key> elsewhere = new ArrayList<>();
        Map<Key, CachedPartition> partitions = cache.readAll(byPartition.keySet(), source);
        byPartition.forEach((partition, wanted) -> {
            CachedPartition read = partitions.get(partition);
            List<Row> rows = read == null ? null : read.rows();
            if (rows == null) {
                elsewhere.addAll(wanted);
            } else {
                rows.forEach(row -> byKey.put(row.key(), row));
            }
        });
        if (!elsewhere.isEmpty()) {
            source.find(type, elsewhere).stream().filter(Objects::nonNull).forEach(row -> byKey.put(row.key(), row));
        }
        List<@Nullable Row> found = new ArrayList<>(keys.size());
        keys.forEach(key -> found.add(byKey.get(key)));
        return Collections.unmodifiableList(found);
    }

    private @Nullable Row find(PartitionCache cache, EntityType<?> type, Key key) {
        CachedPartition found = cache.read(type.partitionOf(key), source);
        return found.rows() == null ? source.find(type, List.of(key)).get(0) : found.find(type, key);
    }

    @Override
    public List<Row> select(EntityType<?> type, Selection selection) {
        List<Row> rows = cached(type, selection);
        return rows == null
                ? source.select(type, selection)
                : matching(type, selection, rows)
                        .sorted(selection.comparator())
                        .limit(selection.limit())
                        .toList();
    }

    @Override
    public long count(EntityType<?> type, Selection selection) {
        List<Row> rows = cached(type, selection);
        return rows == null
                ? source.count(type, selection)
                : matching(type, selection, rows).count();
    }

    private static Stream<Row> matching(EntityType<?> type, Selection selection, List<Row> partition) {
        Selection within = selection.anywhere();
        return partition.stream().filter(row -> within.matches(type, row));
    }

    @Override
    public List<Group> countBy(EntityType<?> type, Selection selection, Field<?, ?> field) {
        context.requireOpen("query", backend());
        return source.countBy(type, selection, field);
    }

    private @Nullable List<Row> cached(EntityType<?> type, Selection selection) {
        context.requireOpen("query", backend());
        PartitionCache cache = context.types().of(type);
        Key partition = selection.partition();
        return cache == null || partition == null
                ? null
                : cache.read(partition, source).rows();
    }
}
