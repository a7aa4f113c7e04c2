package io.storeway.kv;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.OnDelete;
import io.storeway.Row;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.kv.ConstraintRules.Link;
import io.storeway.kv.ConstraintRules.Unique;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.IndexKeys;
import io.storeway.kv.internal.StoredItem;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the rules between blobs after one statement of a unit, and updates the index. The unit already has the changed blobs, so
 * that records of one statement see each other. The commit checks that everything read here is unchanged; so of two units that
 * together would break a rule, one has to run again.
 */
final class ConstraintCheck {

    /** Is told of each record that breaks a rule. */
    @FunctionalInterface
    interface Verdict {
        /**
         * Notes a violation, or throws it.
         *
         * @param change the change of the record's partition
         * @param row the record's index among the records after the change
         */
        void broken(
                PartitionChange change,
                int row,
                ConstraintKind kind,
                String constraint,
                List<? extends Field<?, ?>> fields);
    }

    /** What is done about records that the change itself doesn't write: those that hold a unique value, and those that lose a parent. */
    enum Others {
        /** An expired holder of a unique value is deleted. A child is deleted or forbids the change, as its reference says. */
        FOLLOW_RULES,
        /** No such record is deleted; a child that would lose its parent forbids the change. */
        STAY
    }

    private final KvUnit unit;
    private final ConstraintRules rules;
    private final String operation;
    private final Verdict verdict;
    private final Others others;
    private final ChildSets childSets;
    private final Deque<List<PartitionChange>> open = new ArrayDeque<>();

    ConstraintCheck(KvUnit unit, ConstraintRules rules, String operation, Verdict verdict, Others others) {
        this.unit = unit;
        this.rules = rules;
        this.operation = operation;
        this.verdict = verdict;
        this.others = others;
        this.childSets = new ChildSets(unit);
    }

    /** The check of a statement that fails at the first violation. */
    static ConstraintCheck strict(KvUnit unit, ConstraintRules rules, String operation) {
        Verdict first = (change, row, kind, constraint, fields) -> {
            throw violation(
                    kind,
                    constraint,
                    change.codec().type(),
                    fields,
                    context(unit, operation, change.codec(), change.partition()));
        };
        return new ConstraintCheck(unit, rules, operation, first, Others.FOLLOW_RULES);
    }

    /** Checks changes of partitions of one type, and the deletions that follow from them. */
    void run(List<PartitionChange> changes) {
        open.add(changes);
        while (!open.isEmpty()) {
            List<PartitionChange> next = open.remove();
            EntityType<?> type = next.get(0).codec().type();
            rules.unique(type).forEach(rule -> unique(rule, next));
            rules.outgoing(type).forEach(link -> references(link, next));
            left(type, next);
        }
    }

    private void unique(Unique rule, List<PartitionChange> changes) {
        List<Map<String, Integer>> held = new ArrayList<>();
        List<Set<String>> released = new ArrayList<>();
        Set<String> read = new LinkedHashSet<>();
        for (PartitionChange change : changes) {
            Map<String, Integer> now = held(rule, change, changes);
            Set<String> before = new LinkedHashSet<>();
            change.before().forEach(row -> addKey(rule, row, before));
            Set<String> gone = new LinkedHashSet<>(before);
            gone.removeAll(now.keySet());
            if (!change.expiryMoved()) {
                now.keySet().removeAll(before);
            }
            held.add(now);
            released.add(gone);
            read.addAll(now.keySet());
            read.addAll(gone);
        }
        unit.prefetch(List.copyOf(read));
        for (int i = 0; i < changes.size(); i++) {
            Key partition = changes.get(i).partition();
            for (String key : released.get(i)) {
                if (partition.equals(holder(rule, key))) {
                    unit.put(Write.delete(key));
                }
            }
        }
        for (int i = 0; i < changes.size(); i++) {
            PartitionChange change = changes.get(i);
            held.get(i).forEach((key, row) -> claim(rule, change, key, row, changes));
        }
    }

    private void addKey(Unique rule, Row row, Set<String> keys) {
        Key values = rule.values(row);
        if (values != null) {
            keys.add(indexKey(rule, values));
        }
    }

    private String indexKey(Unique rule, Key values) {
        return IndexKeys.unique(
                rule.codec().type().name(), rule.key().name(), rule.key().fields(), values, unit.maxKeyBytes());
    }

    /** The index keys of the records after a change, with each record's index. Of two with the same key an expired one is removed. */
    private Map<String, Integer> held(Unique rule, PartitionChange change, List<PartitionChange> changes) {
        Map<String, Integer> held = new LinkedHashMap<>();
        for (int i = 0; i < change.after().size(); i++) {
            Key values = rule.values(change.after().get(i));
            if (values == null) {
                continue;
            }
            String key = indexKey(rule, values);
            Integer other = held.putIfAbsent(key, i);
            if (other == null) {
                continue;
            }
            Row first = change.after().get(other);
            Row second = change.after().get(i);
            boolean firstGoes = goes(first, changes);
            if (firstGoes || goes(second, changes)) {
                held.put(key, firstGoes ? i : other);
                remove(change.codec(), change.partition(), List.of(firstGoes ? first : second));
            } else {
                verdict.broken(
                        change,
                        i,
                        ConstraintKind.UNIQUE,
                        rule.key().name(),
                        rule.key().fields());
            }
        }
        return held;
    }

    private @Nullable Key holder(Unique rule, String indexKey) {
        Entry claim = unit.entry(indexKey);
        return claim == null
                ? null
                : Key.parse(
                        new String(claim.value(), StandardCharsets.UTF_8),
                        rule.codec().type().partitionKey());
    }

    /** Gives the unique values to a record, unless a record of another partition holds them. */
    private void claim(Unique rule, PartitionChange change, String indexKey, int row, List<PartitionChange> changes) {
        Key holder = holder(rule, indexKey);
        if (holder != null && !holder.equals(change.partition())) {
            Row there = record(rule, holder, indexKey);
            if (others == Others.FOLLOW_RULES && unit.expired(rule.codec().keyOf(holder))) {
                remove(rule.codec(), holder, List.of());
            } else if (there != null && goes(there, changes)) {
                remove(rule.codec(), holder, List.of(there));
            } else if (there != null) {
                verdict.broken(
                        change,
                        row,
                        ConstraintKind.UNIQUE,
                        rule.key().name(),
                        rule.key().fields());
                return;
            }
        }
        unit.put(new Write(
                indexKey,
                change.partition().text(rule.codec().type().partitionKey()).getBytes(StandardCharsets.UTF_8),
                null,
                change.expiresAt()));
    }

    /** The record of a partition that holds the values, or null if the store has dropped it. */
    private @Nullable Row record(Unique rule, Key partition, String indexKey) {
        for (StoredItem item : unit.partition(rule.codec(), partition).content().items()) {
            Key values = rule.values(item.row());
            if (values != null && indexKey(rule, values).equals(indexKey)) {
                return item.row();
            }
        }
        return null;
    }

    /** Whether a record gives up its unique values: it has expired, and this statement didn't write it. */
    private boolean goes(Row row, List<PartitionChange> changes) {
        return others == Others.FOLLOW_RULES
                && expired(row)
                && changes.stream()
                        .noneMatch(change ->
                                change.after().contains(row) && !change.before().contains(row));
    }

    private boolean expired(Row row) {
        Object expiresAt =
                row.type().expiry().map(field -> row.get(field.index())).orElse(null);
        return expiresAt != null && !unit.now().isBefore((Instant) expiresAt);
    }

    private void references(Link link, List<PartitionChange> changes) {
        List<Set<Key>> added = new ArrayList<>();
        Set<Key> wanted = new LinkedHashSet<>();
        for (PartitionChange change : changes) {
            Set<Key> parents = parents(link, change.after());
            Set<Key> before = parents(link, change.before());
            Set<Key> gone = new LinkedHashSet<>(before);
            gone.removeAll(parents);
            if (!link.partitioned()) {
                gone.forEach(parent -> childSets.remove(link, parent, change.partition()));
            }
            parents.removeAll(before);
            added.add(parents);
            wanted.addAll(parents);
        }
        Set<Key> missing = missing(link, wanted);
        missing.addAll(circles(link, changes));
        for (int i = 0; i < changes.size(); i++) {
            PartitionChange change = changes.get(i);
            for (int row = 0; row < change.after().size(); row++) {
                Key parent = link.parentOf(change.after().get(row));
                if (parent != null && missing.contains(parent) && added.get(i).contains(parent)) {
                    verdict.broken(
                            change,
                            row,
                            ConstraintKind.REFERENCE,
                            link.reference().name(),
                            link.reference().fields());
                }
            }
            if (!link.partitioned()) {
                added.get(i).stream()
                        .filter(parent -> !missing.contains(parent))
                        .forEach(parent -> childSets.add(link, parent, change.partition()));
            }
        }
    }

    private static Set<Key> parents(Link link, List<Row> rows) {
        Set<Key> parents = new LinkedHashSet<>();
        for (Row row : rows) {
            Key parent = link.parentOf(row);
            if (parent != null) {
                parents.add(parent);
            }
        }
        return parents;
    }

    /** Those of the keys that have no record. */
    private Set<Key> missing(Link link, Set<Key> wanted) {
        BlobCodec codec = link.parent();
        Map<Key, List<Key>> byPartition = new LinkedHashMap<>();
        wanted.forEach(key -> byPartition
                .computeIfAbsent(codec.type().partitionOf(key), none -> new ArrayList<>())
                .add(key));
        unit.prefetch(byPartition.keySet().stream()
                .filter(codec::holds)
                .map(codec::keyOf)
                .toList());
        Set<Key> missing = new HashSet<>(wanted);
        byPartition.keySet().stream().filter(codec::holds).forEach(partition -> {
            for (StoredItem item : unit.partition(codec, partition).content().items()) {
                missing.remove(item.row().key());
            }
        });
        return missing;
    }

    /** The keys of new records that refer to each other in a circle, of which none could be the first. */
    private Set<Key> circles(Link link, List<PartitionChange> changes) {
        Set<Key> circular = new HashSet<>();
        if (others == Others.STAY || link.child() != link.parent()) {
            return circular;
        }
        Map<Key, Row> fresh = new HashMap<>();
        for (PartitionChange change : changes) {
            Set<Key> before = keys(change.before());
            change.after().stream()
                    .filter(row -> !before.contains(row.key()))
                    .forEach(row -> fresh.put(row.key(), row));
        }
        Set<Key> rooted = new HashSet<>();
        for (Key start : fresh.keySet()) {
            Set<Key> path = new LinkedHashSet<>();
            @Nullable Key at = start;
            Row row = fresh.get(start);
            while (at != null && row != null && !rooted.contains(at) && path.add(at)) {
                Key parent = link.parentOf(row);
                at = at.equals(parent) ? null : parent;
                row = at == null ? null : fresh.get(at);
            }
            if (at != null && path.contains(at)) {
                circular.addAll(path);
            }
            rooted.addAll(path);
        }
        return circular;
    }

    private static Set<Key> keys(List<Row> rows) {
        Set<Key> keys = new LinkedHashSet<>();
        rows.forEach(row -> keys.add(row.key()));
        return keys;
    }

    /** Deletes the children of deleted records, or refuses the change, as their references say. */
    private void left(EntityType<?> type, List<PartitionChange> changes) {
        List<Link> links = rules.incoming(type);
        if (links.isEmpty()) {
            return;
        }
        Map<Key, PartitionChange> gone = new LinkedHashMap<>();
        for (PartitionChange change : changes) {
            Set<Key> now = keys(change.after());
            keys(change.before()).stream().filter(key -> !now.contains(key)).forEach(key -> gone.put(key, change));
        }
        List<Link> following = new ArrayList<>();
        for (Link link : links) {
            if (others == Others.FOLLOW_RULES && link.reference().onDelete() == OnDelete.CASCADE) {
                following.add(link);
            } else {
                gone.forEach((parent, change) -> requireNone(link, parent, change));
            }
        }
        following.forEach(link -> cascade(link, gone.keySet()));
    }

    private void requireNone(Link link, Key parent, PartitionChange change) {
        for (Key partition : children(link, parent)) {
            if (!referring(link, parent, partition).isEmpty()) {
                throw violation(
                        ConstraintKind.REFERENCE,
                        link.reference().name(),
                        link.child().type(),
                        link.reference().fields(),
                        context(unit, operation, change.codec(), change.partition()));
            }
        }
        forget(link, parent);
    }

    private void cascade(Link link, Set<Key> parents) {
        Map<Key, List<Row>> going = new LinkedHashMap<>();
        for (Key parent : parents) {
            for (Key partition : children(link, parent)) {
                List<Row> rows = referring(link, parent, partition);
                if (!rows.isEmpty()) {
                    going.computeIfAbsent(partition, none -> new ArrayList<>()).addAll(rows);
                }
            }
        }
        going.forEach((partition, rows) -> remove(link.child(), partition, rows));
        parents.forEach(parent -> forget(link, parent));
    }

    private void forget(Link link, Key parent) {
        if (!link.partitioned()) {
            childSets.clear(link, parent);
        }
    }

    private List<Key> children(Link link, Key parent) {
        List<Key> partitions =
                link.partitionOf(parent).map(List::of).orElseGet(() -> childSets.of(link, parent)).stream()
                        .filter(link.child()::holds)
                        .toList();
        unit.prefetch(partitions.stream().map(link.child()::keyOf).toList());
        return partitions;
    }

    private List<Row> referring(Link link, Key parent, Key partition) {
        return unit.present(link.child(), partition).content().items().stream()
                .map(StoredItem::row)
                .filter(row -> parent.equals(link.parentOf(row)))
                .toList();
    }

    /** Removes records of a partition that the statement doesn't write; that change is then checked like any other. */
    private void remove(BlobCodec codec, Key partition, List<Row> rows) {
        Entry before = unit.entry(codec.keyOf(partition));
        PartitionEdit edit = new PartitionEdit(
                unit.partition(codec, partition),
                unit.now(),
                operation,
                unit.store().name());
        rows.forEach(row -> edit.remove(Identity.of(row)));
        unit.put(edit.result());
        open.add(List.of(PartitionChange.of(codec, partition, before, unit.entry(codec.keyOf(partition)))));
    }

    private static ConstraintViolationException violation(
            ConstraintKind kind,
            String constraint,
            EntityType<?> type,
            List<? extends Field<?, ?>> fields,
            ErrorContext context) {
        return new ConstraintViolationException(kind, constraint, type.columns(fields), context, null);
    }

    private static ErrorContext context(KvUnit unit, String operation, BlobCodec codec, Key partition) {
        return new ErrorContext(
                operation,
                unit.store().name(),
                codec.type().name(),
                Objects.requireNonNull(partition).redacted());
    }
}
