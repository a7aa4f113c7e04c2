package io.storeway.kv;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Rows outside a unit of work: each call is a unit of its own. */
final class AutoRows implements RowStore {

    private final KvStorage storage;

    AutoRows(KvStorage storage) {
        this.storage = storage;
    }

    @Override
    public String backend() {
        return storage.name();
    }

    @Override
    public boolean indexed(EntityType<?> type, Selection selection) {
        return KvRows.partitionOf(type, selection) != null;
    }

    @Override
    public void insert(EntityType<?> type, List<Row> rows) {
        write("insert", unit -> unit.insert(type, rows));
    }

    @Override
    public void update(EntityType<?> type, List<Row> rows) {
        write("update", unit -> unit.update(type, rows));
    }

    @Override
    public void save(EntityType<?> type, List<Row> rows) {
        write("save", unit -> unit.save(type, rows));
    }

    @Override
    public List<Row> append(EntityType<?> type, List<Row> rows) {
        return storage.run("append", unit -> unit.rows().append(type, rows));
    }

    @Override
    public int delete(EntityType<?> type, List<Key> keys) {
        return storage.run("delete", unit -> unit.rows().delete(type, keys));
    }

    @Override
    public List<@Nullable Row> find(EntityType<?> type, List<Key> keys) {
        return storage.<List<@Nullable Row>>read("find", unit -> unit.rows().find(type, keys));
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> rows) {
        write("replace", unit -> unit.replace(type, partition, rows));
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> rows, String version) {
        write("replace", unit -> unit.replace(type, partition, rows, version));
    }

    @Override
    public Snapshot snapshot(EntityType<?> type, Key partition) {
        return storage.read("read", unit -> unit.rows().snapshot(type, partition));
    }

    @Override
    public List<Row> select(EntityType<?> type, Selection selection) {
        return storage.read("query", unit -> unit.rows().select(type, selection));
    }

    @Override
    public long count(EntityType<?> type, Selection selection) {
        return storage.read("count", unit -> unit.rows().count(type, selection));
    }

    @Override
    public List<Group> countBy(EntityType<?> type, Selection selection, Field<?, ?> field) {
        return storage.read("count", unit -> unit.rows().countBy(type, selection, field));
    }

    /** Works in one unit per page of the listing, or per key where the store has no units. A unit only watches what it changes. */
    @Override
    public long purge(EntityType<?> type) {
        boolean units = storage.capabilities().has(Capability.UNITS_OF_WORK);
        Purge purge = new Purge(storage, type);
        long purged = 0;
        for (List<Entry> page : purge.pages()) {
            List<Key> due = purge.due(page);
            for (List<Key> together :
                    units ? List.of(due) : due.stream().map(List::of).toList()) {
                purged += together.isEmpty() ? 0 : storage.run("purge", unit -> purge.apply(unit, together));
            }
        }
        return purged;
    }

    @Override
    public long purge(EntityType<?> type, List<Key> partitions) {
        return storage.run("purge", unit -> unit.rows().purge(type, partitions));
    }

    private void write(String operation, Consumer<RowStore> action) {
        storage.run(operation, unit -> {
            action.accept(unit.rows());
            return true;
        });
    }
}
