package io.storeway.kv;

import io.storeway.Capability;
import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.VersionConflictException;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.EntryPages;
import io.storeway.kv.internal.StoredItem;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rows of the blobs that one unit of work sees. */
final class KvRows implements RowStore {

    private static final String NEVER_THERE = "0";

    private final KvStorage storage;
    private final KvUnit unit;

    KvRows(KvStorage storage, KvUnit unit) {
        this.storage = storage;
        this.unit = unit;
    }

    @Override
    public String backend() {
        return storage.name();
    }

    @Override
    public boolean indexed(EntityType<?> type, Selection selection) {
        return partitionOf(type, selection) != null;
    }

    @Override
    public void insert(EntityType<?> type, List<Row> rows) {
        change(type, rows, "insert", PartitionEdit::insert);
    }

    @Override
    public void update(EntityType<?> type, List<Row> rows) {
        change(type, rows, "update", PartitionEdit::update);
    }

    @Override
    public void save(EntityType<?> type, List<Row> rows) {
        change(type, rows, "save", PartitionEdit::save);
    }

    @Override
    public List<Row> append(EntityType<?> type, List<Row> rows) {
        Map<Key, Deque<Row>> stored = new HashMap<>();
        change(
                type,
                rows,
                "append",
                (edit, row) -> stored.computeIfAbsent(row.key(type.partitionKey()), absent -> new ArrayDeque<>())
                        .add(edit.append(row)));
        return rows.stream()
                .map(row -> stored.getOrDefault(row.key(type.partitionKey()), new ArrayDeque<>())
                        .remove())
                .toList();
    }

    private void change(EntityType<?> type, List<Row> rows, String operation, BiConsumer<PartitionEdit, Row> change) {
        if (rows.size() == 1) {
            edit(type, operation, Map.of(rows.get(0).key(type.partitionKey()), rows), change);
            return;
        }
        Map<Key, List<Row>> byPartition = new LinkedHashMap<>();
        for (Row row : rows) {
            byPartition
                    .computeIfAbsent(row.key(type.partitionKey()), absent -> new ArrayList<>())
                    .add(row);
        }
        edit(type, operation, byPartition, change);
    }

    @Override
    public int delete(EntityType<?> type, List<Key> keys) {
        Map<Key, List<Object>> byPartition = new LinkedHashMap<>();
        BlobCodec codec = storage.codec(type);
        for (Key key : keys) {
            Key partition = type.partitionOf(key);
            if (codec.holds(partition)) {
                byPartition
                        .computeIfAbsent(partition, absent -> new ArrayList<>())
                        .add(Identity.of(type, key));
            }
        }
        if (byPartition.size() > 1) {
            unit.prefetch(byPartition.keySet().stream().map(codec::keyOf).toList());
        }
        // Expired entries stay until a purge, which counts them.
        byPartition.keySet().removeIf(partition -> unit.expired(codec.keyOf(partition)));
        int[] deleted = {0};
        edit(type, "delete", byPartition, (edit, identity) -> deleted[0] += edit.delete(identity) ? 1 : 0);
        return deleted[0];
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> rows) {
        edit(type, "replace", Map.of(partition, List.of(rows)), PartitionEdit::replace);
    }

    @Override
    public Snapshot snapshot(EntityType<?> type, Key partition) {
        storage.require(Capability.PARTITION_VERSIONS, "read", type);
        BlobCodec codec = storage.codec(type);
        if (!codec.holds(partition)) {
            return new Snapshot(List.of(), NEVER_THERE);
        }
        List<Row> rows = unit.partition(codec, partition).items("read", backend()).stream()
                .map(StoredItem::row)
                .toList();
        return new Snapshot(rows, Long.toString(unit.version(codec.keyOf(partition))));
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> rows, String version) {
        if (!snapshot(type, partition).version().equals(version)) {
            throw new VersionConflictException(
                    "The partition has another version than the one given",
                    new ErrorContext("replace", backend(), type.name(), partition.redacted()),
                    null);
        }
        replace(type, partition, rows);
    }

    /** Changes partitions; if every change succeeds, the unit takes the writes. */
    private <C> void edit(
            EntityType<?> type, String operation, Map<Key, List<C>> changes, BiConsumer<PartitionEdit, C> change) {
        storage.requireWritable(operation, type);
        BlobCodec codec = storage.codec(type);
        if (!changes.keySet().stream().allMatch(codec::holds)) {
            throw new InvalidValueException(
                    "key",
                    "the layout fixes " + String.join(", ", codec.fixedKeyFields()) + ", and a key has another value",
                    new ErrorContext(operation, backend(), type.name(), null),
                    null);
        }
        if (changes.size() > 1) {
            unit.prefetch(changes.keySet().stream().map(codec::keyOf).toList());
        }
        Map<Key, Write> writes = new LinkedHashMap<>();
        changes.forEach((key, list) -> {
            PartitionEdit edit = new PartitionEdit(unit.partition(codec, key), unit.now(), operation, backend());
            list.forEach(item -> change.accept(edit, item));
            writes.put(key, edit.result());
        });
        unit.put(codec, writes, operation);
    }

    @Override
    public List<@Nullable Row> find(EntityType<?> type, List<Key> keys) {
        BlobCodec codec = storage.codec(type);
        List<@Nullable Row> found = new ArrayList<>(keys.size());
        if (keys.size() == 1) {
            found.add(find(codec, keys.get(0)));
            return found;
        }
        List<Key> partitions = keys.stream().map(type::partitionOf).toList();
        unit.prefetch(partitions.stream().filter(codec::holds).map(codec::keyOf).toList());
        Map<Key, Map<Object, Row>> loaded = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            Map<Object, Row> rows = loaded.computeIfAbsent(partitions.get(i), partition -> {
                Map<Object, Row> byIdentity = new HashMap<>();
                if (!codec.holds(partition)) {
                    return byIdentity;
                }
                for (StoredItem item : unit.partition(codec, partition).items("find", backend())) {
                    byIdentity.put(Identity.of(item.row()), item.row());
                }
                return byIdentity;
            });
            found.add(rows.get(Identity.of(type, keys.get(i))));
        }
        return found;
    }

    private @Nullable Row find(BlobCodec codec, Key key) {
        Key partition = codec.type().partitionOf(key);
        if (codec.holds(partition)) {
            Object identity = Identity.of(codec.type(), key);
            for (StoredItem item : unit.partition(codec, partition).items("find", backend())) {
                if (Identity.of(item.row()).equals(identity)) {
                    return item.row();
                }
            }
        }
        return null;
    }

    @Override
    public List<Row> select(EntityType<?> type, Selection selection) {
        TopRows rows = new TopRows(selection);
        forEach(type, selection, "query", rows::add);
        return rows.sorted();
    }

    @Override
    public long count(EntityType<?> type, Selection selection) {
        long[] count = {0};
        forEach(type, selection, "count", row -> count[0]++);
        return count[0];
    }

    @Override
    public List<Group> countBy(EntityType<?> type, Selection selection, Field<?, ?> field) {
        Map<@Nullable Object, Long> counts =
                new TreeMap<>((left, right) -> Selection.compare(field.type(), left, right));
        forEach(type, selection, "count", row -> counts.merge(row.get(field.index()), 1L, Long::sum));
        return counts.entrySet().stream()
                .map(count -> new Group(count.getKey(), count.getValue()))
                .toList();
    }

    @Override
    public long purge(EntityType<?> type) {
        Purge purge = new Purge(storage, type);
        long purged = purge.apply(unit, unit.written(storage.codec(type)));
        for (List<Entry> page : purge.pages()) {
            purged += purge.apply(unit, purge.due(page));
        }
        return purged;
    }

    @Override
    public long purge(EntityType<?> type, List<Key> partitions) {
        BlobCodec codec = storage.codec(type);
        return new Purge(storage, type)
                .apply(unit, partitions.stream().filter(codec::holds).toList());
    }

    private void forEach(EntityType<?> type, Selection selection, String operation, Consumer<Row> action) {
        BlobCodec codec = storage.codec(type);
        Key only = partitionOf(type, selection);
        if (only != null && !codec.holds(only)) {
            return;
        }
        if (only != null) {
            matching(unit.partition(codec, only), selection, operation, action);
            return;
        }
        List<Key> referring = referring(type, selection);
        if (referring != null) {
            unit.prefetch(referring.stream().map(codec::keyOf).toList());
            referring.forEach(key -> matching(unit.partition(codec, key), selection, operation, action));
            return;
        }
        for (List<Entry> page :
                EntryPages.of(storage.store(), type.keyValue().key().prefix())) {
            unit.partitions(codec, page, partition -> matching(partition, selection, operation, action));
        }
        unit.added(codec, partition -> matching(partition, selection, operation, action));
    }

    /** For a selection by reference, the partitions that the index of that reference names; null without such an index. */
    private @Nullable List<Key> referring(EntityType<?> type, Selection selection) {
        ConstraintRules rules = unit.rules(type);
        if (rules == null) {
            return null;
        }
        Map<Integer, Object> fixed = new HashMap<>();
        collectEqualities(selection.condition(), fixed);
        for (ConstraintRules.Link link : rules.outgoing(type)) {
            Key parent = link.partitioned() ? null : link.parentOf(fixed);
            if (parent != null && unit.hasIndex()) {
                return new ChildSets(unit).of(link, parent);
            }
        }
        return null;
    }

    private void matching(KvPartition partition, Selection selection, String operation, Consumer<Row> action) {
        EntityType<?> type = partition.codec().type();
        for (StoredItem item : partition.items(operation, backend())) {
            if (selection.matches(type, item.row())) {
                action.accept(item.row());
            }
        }
    }

    /** The only partition that the selection can match, because it names it or its condition fixes the whole key; or null. */
    static @Nullable Key partitionOf(EntityType<?> type, Selection selection) {
        if (selection.partition() != null) {
            return selection.partition();
        }
        Map<Integer, Object> fixed = new HashMap<>();
        collectEqualities(selection.condition(), fixed);
        List<Object> values = new ArrayList<>();
        for (Field<?, ?> field : type.partitionKey()) {
            Object value = fixed.get(field.index());
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return new Key(values);
    }

    private static void collectEqualities(Condition<?> condition, Map<Integer, Object> fixed) {
        if (condition instanceof Condition.And<?> and) {
            and.conditions().forEach(part -> collectEqualities(part, fixed));
        } else if (condition instanceof Condition.Compare<?> compare && compare.operator() == Condition.Operator.EQ) {
            fixed.put(compare.field().index(), compare.value());
        }
    }
}
