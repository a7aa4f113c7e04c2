package io.storeway.sql.internal.store;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.ScanPage;
import io.storeway.spi.Residue;
import io.storeway.spi.Version;
import io.storeway.sql.internal.codec.JacksonJson;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.rows.Lookup;
import io.storeway.sql.internal.store.Bookkeeping.Known;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
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
 * Reads whole partitions: first those with rows, in the database's own order of their keys, then those that only have residue. A cursor
 * contains the phase and the key of the last partition.
 */
final class ReplicaScan {

    private static final String ROWS = "rows";
    private static final String RESIDUE = "residue";

    private final Session session;
    private final Table table;
    private final EntityType<?> type;
    private final @Nullable Bookkeeping bookkeeping;
    private final String backend;

    ReplicaScan(Session session, Table table, @Nullable Bookkeeping bookkeeping, String backend) {
        this.session = session;
        this.table = table;
        this.type = table.type();
        this.bookkeeping = bookkeeping;
        this.backend = backend;
    }

    ScanPage page(@Nullable String cursor, int limit) throws SQLException {
        if (cursor == null) {
            return rows(null, limit);
        }
        if (cursor.startsWith(ROWS + ":")) {
            return rows(parsed(cursor.substring(ROWS.length() + 1)), limit);
        }
        if (cursor.equals(RESIDUE)) {
            return residue(null, limit);
        }
        if (cursor.startsWith(RESIDUE + ":")) {
            return residue(cursor.substring(RESIDUE.length() + 1), limit);
        }
        throw notACursor(null);
    }

    private InvalidValueException notACursor(@Nullable Exception cause) {
        return new InvalidValueException(
                "cursor",
                "not a cursor of a scan of " + type.name(),
                new ErrorContext("scan", backend, type.name(), null),
                cause);
    }

    private Key parsed(String text) {
        try {
            return Key.parse(text, type.partitionKey());
        } catch (IllegalArgumentException e) {
            throw notACursor(e);
        }
    }

    private ScanPage rows(@Nullable Key after, int limit) throws SQLException {
        List<Row> rows = new ArrayList<>();
        boolean last = type.partitionKey().isEmpty();
        if (last && after == null) {
            rows.addAll(session.list(new Sql(table.select()), table::read));
        } else if (!last) {
            int most = Math.max(1, limit);
            rows.addAll(after == null ? first(new Sql(table.select()), most) : behind(after, most));
            last = rows.size() < most;
            if (!last) {
                rows.addAll(restOf(rows.get(rows.size() - 1)));
            }
        }
        List<Key> keys = rows.stream()
                .map(row -> row.key(type.partitionKey()))
                .distinct()
                .toList();
        List<PartitionState> states = new ArrayList<>(states(keys, rows).values());
        if (!last) {
            return new ScanPage(states, ROWS + ":" + text(keys.get(keys.size() - 1)));
        }
        boolean more = bookkeeping != null
                && !bookkeeping.residuePartitions(session, type, null, 1).isEmpty();
        return new ScanPage(states, more ? RESIDUE : null);
    }

    private List<Row> first(Sql sql, int most) throws SQLException {
        sql.add(" ORDER BY " + String.join(", ", table.key()) + " LIMIT ?").bind(most);
        return session.list(sql, table::read);
    }

    /**
     * The first rows behind the key: those that share all of its values but the last, then those that share one less, and so on. An
     * engine goes to each by the index, where it would read all rows with the same first value for one condition that covers them.
     */
    private List<Row> behind(Key after, int most) throws SQLException {
        List<String> columns = table.columns(type.partitionKey());
        List<Object> values = table.encode(type.partitionKey(), after).values();
        List<Row> rows = new ArrayList<>();
        for (int shared = columns.size() - 1; shared >= 0 && rows.size() < most; shared--) {
            Sql sql = new Sql(table.select() + " WHERE ");
            for (int i = 0; i < shared; i++) {
                sql.add(columns.get(i) + " = ? AND ").bind(values.get(i));
            }
            sql.add(columns.get(shared) + " > ?").bind(values.get(shared));
            rows.addAll(first(sql, most - rows.size()));
        }
        return rows;
    }

    /** The further rows of the given row's partition. */
    private List<Row> restOf(Row row) throws SQLException {
        if (type.identity().isEmpty()) {
            return List.of();
        }
        Sql sql = new Sql(table.select() + " WHERE ");
        table.in(sql, type.partitionKey(), List.of(row.key(type.partitionKey())));
        sql.add(" AND ");
        beyond(sql, type.identity(), row.key(type.identity()));
        return session.list(sql, table::read);
    }

    /** Adds the condition that the fields come after the key in the database's own order. */
    private void beyond(Sql sql, List<? extends Field<?, ?>> fields, Key key) {
        List<String> columns = table.columns(fields);
        List<Object> values = table.encode(fields, key).values();
        sql.add("(" + columns.get(0) + " >= ? AND (").bind(values.get(0));
        for (int i = 0; i < columns.size(); i++) {
            sql.add(i == 0 ? "(" : " OR (");
            for (int j = 0; j < i; j++) {
                sql.add(columns.get(j) + " = ? AND ").bind(values.get(j));
            }
            sql.add(columns.get(i) + " > ?)").bind(values.get(i));
        }
        sql.add("))");
    }

    private ScanPage residue(@Nullable String after, int limit) throws SQLException {
        if (bookkeeping == null) {
            return new ScanPage(List.of(), null);
        }
        Map<String, String> found = bookkeeping.residuePartitions(session, type, after, limit);
        Set<Key> keys = new LinkedHashSet<>();
        found.values().forEach(text -> keys.add(parsed(text)));
        keys.removeAll(Lookup.keys(session, table, type.partitionKey(), new HashSet<>(keys)));
        List<PartitionState> states = new ArrayList<>(states(keys, List.of()).values());
        List<String> names = List.copyOf(found.keySet());
        boolean last = names.size() < limit;
        return new ScanPage(states, last ? null : RESIDUE + ":" + names.get(names.size() - 1));
    }

    List<PartitionState> read(List<Key> partitions) throws SQLException {
        List<Row> rows = Lookup.rows(session, table, type.partitionKey(), new LinkedHashSet<>(partitions));
        return inOrder(partitions, states(partitions, rows));
    }

    /**
     * The states of partitions to which the unit has just given versions. Residue whose position a row has taken is deleted, so that it
     * doesn't reappear when the row is deleted.
     *
     * @param newest how the dialect reads the newest rows
     */
    List<PartitionState> read(List<Key> partitions, Map<String, Known> known, String newest, Bookkeeping books)
            throws SQLException {
        List<Row> rows = Lookup.rows(session, table, type.partitionKey(), partitions, newest);
        Map<String, List<Residue>> kept = books.residue(session, type, known);
        Map<Key, PartitionState> states = states(partitions, rows, known, kept);
        Map<String, List<Residue>> left = new LinkedHashMap<>();
        states.forEach((key, state) -> {
            if (state.residue().size() < kept.getOrDefault(text(key), List.of()).size()) {
                left.put(text(key), state.residue());
            }
        });
        books.replaceResidue(session, type, left);
        return inOrder(partitions, states);
    }

    private static List<PartitionState> inOrder(List<Key> partitions, Map<Key, PartitionState> states) {
        return partitions.stream()
                .map(key -> Objects.requireNonNull(states.get(key)))
                .toList();
    }

    private Map<String, Known> known(Collection<Key> partitions) throws SQLException {
        return bookkeeping == null
                ? Map.of()
                : bookkeeping.known(
                        session, type, partitions.stream().map(this::text).toList());
    }

    private String text(Key key) {
        return key.text(type.partitionKey());
    }

    private Map<Key, PartitionState> states(Collection<Key> keys, List<Row> rows) throws SQLException {
        Map<String, Known> known = known(keys);
        return states(keys, rows, known, bookkeeping == null ? Map.of() : bookkeeping.residue(session, type, known));
    }

    /** Puts rows, versions and residue together. */
    private Map<Key, PartitionState> states(
            Collection<Key> keys, List<Row> rows, Map<String, Known> known, Map<String, List<Residue>> residue) {
        Map<Key, List<Row>> grouped = new HashMap<>();
        rows.forEach(row -> grouped.computeIfAbsent(row.key(type.partitionKey()), key -> new ArrayList<>())
                .add(row));
        Map<Key, PartitionState> states = new LinkedHashMap<>();
        for (Key key : keys) {
            String text = text(key);
            Known book = known.get(text);
            List<Row> present = grouped.getOrDefault(key, new ArrayList<>());
            states.put(
                    key,
                    new PartitionState(
                            key,
                            book == null ? Version.NONE : book.version(),
                            items(present),
                            Residue.left(residue.getOrDefault(text, List.of()), present)));
        }
        return states;
    }

    private List<PartitionState.Item> items(List<Row> rows) {
        rows.sort(this::compare);
        List<PartitionState.Item> items = new ArrayList<>(rows.size());
        for (Row row : rows) {
            int position =
                    table.position() < 0 ? items.size() : (Integer) Objects.requireNonNull(row.get(table.position()));
            items.add(new PartitionState.Item(
                    position, row, () -> JacksonJson.row(row).getBytes(StandardCharsets.UTF_8)));
        }
        return items;
    }

    /** Compares by position if there is one, then by identity. */
    private int compare(Row left, Row right) {
        List<Field<?, ?>> fields = new ArrayList<>();
        type.position().ifPresent(fields::add);
        fields.addAll(type.identity());
        for (Field<?, ?> field : fields) {
            Object a = left.get(field.index());
            Object b = right.get(field.index());
            int order = a == null || b == null ? 0 : field.type().compare(a, b);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
