package io.storeway.spi;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Forwards every call to other rows; see {@link ForwardingStorage#layer}. Subclasses override what they change. */
public abstract class ForwardingRows implements RowStore {

    private final RowStore inner;

    /** Forwards to these rows. */
    protected ForwardingRows(RowStore inner) {
        this.inner = inner;
    }

    @Override
    public String backend() {
        return inner.backend();
    }

    @Override
    public boolean indexed(EntityType<?> type, Selection selection) {
        return inner.indexed(type, selection);
    }

    @Override
    public void insert(EntityType<?> type, List<Row> rows) {
        inner.insert(type, rows);
    }

    @Override
    public void update(EntityType<?> type, List<Row> rows) {
        inner.update(type, rows);
    }

    @Override
    public void save(EntityType<?> type, List<Row> rows) {
        inner.save(type, rows);
    }

    @Override
    public List<Row> append(EntityType<?> type, List<Row> rows) {
        return inner.append(type, rows);
    }

    @Override
    public int delete(EntityType<?> type, List<Key> keys) {
        return inner.delete(type, keys);
    }

    @Override
    public List<@Nullable Row> find(EntityType<?> type, List<Key> keys) {
        return inner.find(type, keys);
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> rows) {
        inner.replace(type, partition, rows);
    }

    @Override
    public Snapshot snapshot(EntityType<?> type, Key partition) {
        return inner.snapshot(type, partition);
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> rows, String version) {
        inner.replace(type, partition, rows, version);
    }

    @Override
    public List<Row> select(EntityType<?> type, Selection selection) {
        return inner.select(type, selection);
    }

    @Override
    public long count(EntityType<?> type, Selection selection) {
        return inner.count(type, selection);
    }

    @Override
    public List<Group> countBy(EntityType<?> type, Selection selection, Field<?, ?> field) {
        return inner.countBy(type, selection, field);
    }

    @Override
    public long purge(EntityType<?> type) {
        return inner.purge(type);
    }

    @Override
    public long purge(EntityType<?> type, List<Key> partitions) {
        return inner.purge(type, partitions);
    }
}
