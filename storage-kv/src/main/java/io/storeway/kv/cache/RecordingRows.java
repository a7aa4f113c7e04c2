package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows within a unit of work: reads come from the source, so that the unit sees its own writes; writes are noted. */
final class RecordingRows implements RowStore {

    private final RowStore source;
    private final Touched touched;

    RecordingRows(RowStore source, Touched touched) {
        this.source = source;
        this.touched = touched;
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
        touched.rows(type, rows);
        source.insert(type, rows);
    }

    @Override
    public void update(EntityType<?> type, List<Row> rows) {
        touched.rows(type, rows);
        source.update(type, rows);
    }

    @Override
    public void save(EntityType<?> type, List<Row> rows) {
        touched.rows(type, rows);
        source.save(type, rows);
    }

    @Override
    public List<Row> append(EntityType<?> type, List<Row> rows) {
        touched.rows(type, rows);
        return source.append(type, rows);
    }

    @Override
    public int delete(EntityType<?> type, List<Key> keys) {
        touched.records(type, keys).deletions(type);
        return source.delete(type, keys);
    }

    @Override
    public List<@Nullable Row> find(EntityType<?> type, List<Key> keys) {
        return source.find(type, keys);
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> rows) {
        touched.partition(type, partition).deletions(type);
        source.replace(type, partition, rows);
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> rows, String version) {
        touched.partition(type, partition).deletions(type);
        source.replace(type, partition, rows, version);
    }

    @Override
    public Snapshot snapshot(EntityType<?> type, Key partition) {
        return source.snapshot(type, partition);
    }

    @Override
    public long purge(EntityType<?> type) {
        touched.deletions(type);
        return source.purge(type);
    }

    @Override
    public long purge(EntityType<?> type, List<Key> partitions) {
        touched.deletions(type);
        return source.purge(type, partitions);
    }

    @Override
    public List<Group> countBy(EntityType<?> type, Selection selection, Field<?, ?> field) {
        return source.countBy(type, selection, field);
    }

    @Override
    public List<Row> select(EntityType<?> type, Selection selection) {
        return source.select(type, selection);
    }

    @Override
    public long count(EntityType<?> type, Selection selection) {
        return source.count(type, selection);
    }
}
