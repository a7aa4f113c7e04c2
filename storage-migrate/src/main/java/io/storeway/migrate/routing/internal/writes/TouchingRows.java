package io.storeway.migrate.routing.internal.writes;

import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.Sort;
import io.storeway.UnitOfWork;
import io.storeway.migrate.routing.internal.replication.Touched;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rows of a unit of work of the authority; notes every partition that a write changes. */
final class TouchingRows implements RowStore {

    private final RowStore rows;
    private final UnitOfWork unit;
    private final Touched touched;
    private final Clock clock;

    TouchingRows(RowStore rows, UnitOfWork unit, Touched touched, Clock clock) {
        this.clock = clock;
        this.rows = rows;
        this.unit = unit;
        this.touched = touched;
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
    public void insert(EntityType<?> type, List<Row> added) {
        rows.insert(type, added);
        touched.rows(type, added);
    }

    @Override
    public void update(EntityType<?> type, List<Row> changed) {
        rows.update(type, changed);
        touched.rows(type, changed);
    }

    @Override
    public void save(EntityType<?> type, List<Row> saved) {
        rows.save(type, saved);
        touched.rows(type, saved);
    }

    @Override
    public List<Row> append(EntityType<?> type, List<Row> added) {
        List<Row> appended = rows.append(type, added);
        touched.rows(type, added);
        return appended;
    }

    @Override
    public int delete(EntityType<?> type, List<Key> keys) {
        touched.leaving(unit, type, keys);
        return rows.delete(type, keys);
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> content) {
        Set<Key> leaving = new LinkedHashSet<>();
        for (Row row : matching(type, partition, new Condition.And<>(List.of()))) {
            leaving.add(row.key());
        }
        if (type.position().isEmpty()) {
            content.forEach(row -> leaving.remove(row.key()));
        }
        touched.leaving(unit, type, leaving);
        touched.partition(type, partition);
        rows.replace(type, partition, content);
    }

    private List<Row> matching(EntityType<?> type, @Nullable Key partition, Condition<?> condition) {
        List<? extends Sort<?>> order =
                type.key().stream().map(Field::ascending).toList();
        return rows.select(type, new Selection(partition, condition, order, null, Integer.MAX_VALUE));
    }

    @Override
    public long purge(EntityType<?> type) {
        type.expiry()
                .ifPresent(expiry -> touched.leaving(
                        unit,
                        type,
                        matching(type, null, expired(expiry)).stream()
                                .map(Row::key)
                                .toList()));
        return rows.purge(type);
    }

    @Override
    public long purge(EntityType<?> type, List<Key> partitions) {
        type.expiry()
                .ifPresent(expiry -> partitions.forEach(partition -> touched.leaving(
                        unit,
                        type,
                        matching(type, partition, expired(expiry)).stream()
                                .map(Row::key)
                                .toList())));
        // An expired entry counts as absent, so no query shows what leaves with it.
        partitions.forEach(partition -> touched.partition(type, partition));
        return rows.purge(type, partitions);
    }

    private <T> Condition<T> expired(Field<T, ?> expiry) {
        return new Condition.Compare<>(expiry, Condition.Operator.LE, clock.instant());
    }

    @Override
    public List<@Nullable Row> find(EntityType<?> type, List<Key> keys) {
        return rows.find(type, keys);
    }

    @Override
    public List<Row> select(EntityType<?> type, Selection selection) {
        return rows.select(type, selection);
    }

    @Override
    public long count(EntityType<?> type, Selection selection) {
        return rows.count(type, selection);
    }

    @Override
    public List<Group> countBy(EntityType<?> type, Selection selection, Field<?, ?> field) {
        return rows.countBy(type, selection, field);
    }
}
