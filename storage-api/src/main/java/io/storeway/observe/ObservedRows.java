package io.storeway.observe;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows of which every call is reported to listeners. */
final class ObservedRows implements RowStore {

    private final RowStore rows;
    private final Watch watch;

    ObservedRows(RowStore rows, Watch watch) {
        this.rows = rows;
        this.watch = watch;
    }

    private void write(EntityType<?> type, Operation.Kind kind, int count, Runnable call) {
        watch.run(
                type.name(),
                kind,
                () -> {
                    call.run();
                    return count;
                },
                Integer::longValue);
    }

    @Override
    public String backend() {
        return rows.backend();
    }

    @Override
    public boolean indexed(EntityType<?> type, Selection selection) {
        return rows.indexed(type, selection);
    }

    @Override
    public void insert(EntityType<?> type, List<Row> given) {
        write(type, Operation.Kind.INSERT, given.size(), () -> rows.insert(type, given));
    }

    @Override
    public void update(EntityType<?> type, List<Row> given) {
        write(type, Operation.Kind.UPDATE, given.size(), () -> rows.update(type, given));
    }

    @Override
    public void save(EntityType<?> type, List<Row> given) {
        write(type, Operation.Kind.SAVE, given.size(), () -> rows.save(type, given));
    }

    @Override
    public List<Row> append(EntityType<?> type, List<Row> given) {
        return watch.run(type.name(), Operation.Kind.APPEND, () -> rows.append(type, given), List::size);
    }

    @Override
    public int delete(EntityType<?> type, List<Key> keys) {
        return watch.run(type.name(), Operation.Kind.DELETE, () -> rows.delete(type, keys), Integer::longValue);
    }

    @Override
    public List<@Nullable Row> find(EntityType<?> type, List<Key> keys) {
        return watch.run(
                type.name(),
                Operation.Kind.FIND,
                () -> rows.find(type, keys),
                found -> found.stream().filter(Objects::nonNull).count());
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> given) {
        write(type, Operation.Kind.REPLACE, given.size(), () -> rows.replace(type, partition, given));
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> given, String version) {
        write(type, Operation.Kind.REPLACE, given.size(), () -> rows.replace(type, partition, given, version));
    }

    @Override
    public Snapshot snapshot(EntityType<?> type, Key partition) {
        return watch.run(
                type.name(),
                Operation.Kind.SNAPSHOT,
                () -> rows.snapshot(type, partition),
                snapshot -> snapshot.rows().size());
    }

    @Override
    public List<Row> select(EntityType<?> type, Selection selection) {
        return watch.run(type.name(), Operation.Kind.QUERY, () -> rows.select(type, selection), List::size);
    }

    @Override
    public long count(EntityType<?> type, Selection selection) {
        return watch.run(type.name(), Operation.Kind.COUNT, () -> rows.count(type, selection), Long::longValue);
    }

    @Override
    public List<Group> countBy(EntityType<?> type, Selection selection, Field<?, ?> field) {
        return watch.run(
                type.name(),
                Operation.Kind.COUNT,
                () -> rows.countBy(type, selection, field),
                groups -> groups.stream().mapToLong(Group::count).sum());
    }

    @Override
    public long purge(EntityType<?> type) {
        return watch.run(type.name(), Operation.Kind.PURGE, () -> rows.purge(type), Long::longValue);
    }

    @Override
    public long purge(EntityType<?> type, List<Key> partitions) {
        return watch.run(type.name(), Operation.Kind.PURGE, () -> rows.purge(type, partitions), Long::longValue);
    }
}
