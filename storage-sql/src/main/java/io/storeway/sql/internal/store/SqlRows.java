package io.storeway.sql.internal.store;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.error.RecordNotFoundException;
import io.storeway.spi.ContentIds;
import io.storeway.spi.RowStore;
import io.storeway.spi.Selection;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.dialect.Tables;
import io.storeway.sql.internal.rows.FreeContentIds;
import io.storeway.sql.internal.rows.Lookup;
import io.storeway.sql.internal.rows.ParentsFirst;
import io.storeway.sql.internal.rows.PartitionWriter;
import io.storeway.sql.internal.rows.Positions;
import io.storeway.sql.internal.rows.RowWriter;
import io.storeway.sql.internal.rows.SelectSql;
import io.storeway.sql.internal.rows.Versions;
import io.storeway.sql.internal.transaction.Errors;
import io.storeway.sql.internal.transaction.Execution;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operations on rows, in units of their own or within one unit, as the execution says. */
public final class SqlRows implements RowStore {

    private final Dialect dialect;
    private final Tables tables;
    private final RowWriter writer;
    private final Execution execution;

    SqlRows(Dialect dialect, Tables tables, RowWriter writer, Execution execution) {
        this.dialect = dialect;
        this.tables = tables;
        this.writer = writer;
        this.execution = execution;
    }

    @Override
    public String backend() {
        return dialect.name();
    }

    @Override
    public boolean indexed(EntityType<?> type, Selection selection) {
        return SelectSql.indexed(tables.of(type), selection.condition());
    }

    @Override
    public void insert(EntityType<?> type, List<Row> rows) {
        Table table = checked("insert", type, rows);
        ParentsFirst.refuseCircles(table, rows, () -> context("insert", table, rows));
        write("insert", table, rows, table.expiry() < 0 && table.position() < 0, session -> {
            if (table.position() < 0) {
                writer.insert(session, table, rows, false);
            } else {
                List<Row> placed = Positions.assign(session, table, rows, Map.of());
                writer.insert(session, table, placed, assignsKey(table, rows));
            }
        });
    }

    /** Whether the key contains a position that is assigned here, so that a repeated key means that another writer was faster. */
    private static boolean assignsKey(Table table, List<Row> rows) {
        return table.type().key().stream().anyMatch(field -> field.index() == table.position())
                && rows.stream().allMatch(row -> row.get(table.position()) == null);
    }

    @Override
    public void update(EntityType<?> type, List<Row> rows) {
        Table table = checked("update", type, rows);
        if (rows.stream().anyMatch(row -> Table.keyOf(row, type.key()) == null)) {
            throw absent(context("update", table, rows));
        }
        write("update", table, rows, table.expiry() < 0 || type.uniqueKeys().isEmpty(), session -> {
            if (rows.size() > 1) {
                requireAll(session, table, rows, context("update", table, rows));
            }
            writer.clearExpired(session, table, rows);
            if (writer.update(session, table, rows).contains(false)) {
                ErrorContext context = context("update", table, rows);
                if (rows.size() == 1) {
                    requireAll(session, table, rows, context);
                }
                throw Errors.conflict(session, context, null);
            }
        });
    }

    /** Refuses rows that are not there, or have another version than the one that they have when their turn comes. */
    private void requireAll(Session session, Table table, List<Row> rows, ErrorContext context) throws SQLException {
        Map<Key, Row> live = live(session, table, rows);
        for (Row row : rows) {
            Row there = live.get(row.key());
            ErrorContext named = new ErrorContext(
                    context.operation(),
                    context.backend(),
                    context.entity(),
                    row.key().redacted());
            if (there == null) {
                throw absent(named);
            }
            Versions.require(table, row, there, named);
            if (table.version() >= 0) {
                live.put(row.key(), table.type().withNextVersion(row));
            }
        }
    }

    /** The rows with the keys of the given ones, by key, without those that have expired. */
    private Map<Key, Row> live(Session session, Table table, List<Row> rows) throws SQLException {
        Set<Key> keys = new HashSet<>();
        for (Row row : rows) {
            Key key = Table.keyOf(row, table.type().key());
            if (key != null) {
                keys.add(key);
            }
        }
        Map<Key, Row> live = new HashMap<>();
        for (Row row : Lookup.rows(session, table, table.type().key(), keys)) {
            if (!writer.expired(table, row)) {
                live.put(row.key(), row);
            }
        }
        return live;
    }

    private static RecordNotFoundException absent(ErrorContext context) {
        return new RecordNotFoundException("There is no record with the key", context, null);
    }

    @Override
    public void save(EntityType<?> type, List<Row> rows) {
        Table table = checked("save", type, rows);
        boolean single = table.position() < 0
                && table.version() < 0
                && !table.upsertsKnownRows()
                && (table.expiry() < 0 || type.uniqueKeys().isEmpty());
        write("save", table, rows, single, session -> {
            Map<Key, Row> live = table.position() < 0 && table.version() < 0 ? Map.of() : live(session, table, rows);
            List<Row> placed = table.position() < 0 ? rows : Positions.assign(session, table, rows, live);
            if (table.version() >= 0) {
                saveVersions(session, table, placed, live, context("save", table, rows));
                return;
            }
            writer.clearExpired(session, table, placed);
            writer.upsert(session, table, placed);
        });
    }

    /** Adds the rows that are not there, and updates the others. */
    private void saveVersions(Session session, Table table, List<Row> rows, Map<Key, Row> live, ErrorContext context)
            throws SQLException {
        List<Row> fresh = new ArrayList<>();
        List<Row> known = new ArrayList<>();
        for (Row row : rows) {
            Row there = live.get(row.key());
            if (there != null) {
                Versions.require(table, row, there, context);
            }
            (there == null ? fresh : known).add(row);
        }
        boolean tree = ParentsFirst.rules(table);
        if (tree) {
            writer.insert(session, table, fresh, true);
        }
        writer.clearExpired(session, table, known);
        if (writer.update(session, table, known).contains(false)) {
            throw Errors.conflict(session, context, null);
        }
        if (!tree) {
            writer.insert(session, table, fresh, true);
        }
    }

    @Override
    public List<Row> append(EntityType<?> type, List<Row> rows) {
        Table table = tables.of(type);
        List<Row> stored = new ArrayList<>();
        List<? extends Field<?, ?>> ids = ContentIds.fields(type);
        boolean madeKey = type.key().stream().anyMatch(field -> field.index() == table.position())
                || ids.stream().anyMatch(type.key()::contains);
        write("append", table, rows, false, session -> {
            List<Row> unplaced =
                    rows.stream().map(row -> row.with(table.position(), null)).toList();
            List<Row> placed = Positions.assign(session, table, unplaced, Map.of());
            if (!ids.isEmpty()) {
                writer.clearExpired(session, table, placed); // What goes is not counted by an id.
            }
            List<Row> named = FreeContentIds.assign(session, table, placed);
            named.forEach(row -> table.check(row, "append"));
            writer.insert(session, table, named, madeKey);
            stored.clear();
            stored.addAll(named);
        });
        return stored;
    }

    @Override
    public int delete(EntityType<?> type, List<Key> keys) {
        Table table = tables.of(type);
        if (keys.isEmpty()) {
            return 0;
        }
        Supplier<ErrorContext> context = () -> context("delete", type, keys);
        Execution.Work<Integer> work = session -> writer.delete(session, table, keys);
        return keys.size() <= table.keysAtOnce(type.key())
                        && table.ownReferences().isEmpty()
                ? execution.single(context, work)
                : execution.atomic(context, work);
    }

    @Override
    public List<@Nullable Row> find(EntityType<?> type, List<Key> keys) {
        Table table = tables.of(type);
        List<@Nullable Row> inOrder = new ArrayList<>(keys.size());
        if (keys.isEmpty()) {
            return inOrder;
        }
        if (keys.size() == 1) {
            inOrder.add(find(table, keys.get(0)));
            return inOrder;
        }
        List<Row> rows = execution.read(
                () -> context("find", type, keys),
                session -> Lookup.rows(session, table, type.key(), new HashSet<>(keys)));
        Map<Key, Row> found = new HashMap<>();
        rows.forEach(row -> found.put(row.key(), row));
        keys.forEach(each -> inOrder.add(found.get(each)));
        return inOrder;
    }

    private @Nullable Row find(Table table, Key key) {
        List<? extends Field<?, ?>> fields = table.type().key();
        List<Row> found = execution.read(
                () -> context("find", table.type(), List.of(key)),
                session -> table.holds(fields, key)
                        ? session.list(
                                table.selectOne(), table.encode(fields, key).values(), table::read)
                        : List.of());
        return found.isEmpty() || !found.get(0).key().equals(key) ? null : found.get(0);
    }

    @Override
    public void replace(EntityType<?> type, Key partition, List<Row> rows) {
        Table table = checked("replace", type, rows);
        List<Row> wanted = new ArrayList<>();
        for (Row row : rows) {
            wanted.add(table.position() < 0 ? row : row.with(table.position(), wanted.size()));
        }
        ErrorContext context = new ErrorContext("replace", backend(), type.name(), partition.redacted());
        Set<Key> keys = new HashSet<>();
        for (Row row : wanted) {
            if (!keys.add(row.key())) {
                throw new ConstraintViolationException(
                        ConstraintKind.UNIQUE, type.sql().primaryKey(), type.columns(type.key()), context, null);
            }
        }
        execution.atomic(() -> context, session -> {
            List<Row> present = Lookup.rows(session, table, type.partitionKey(), List.of(partition));
            List<Row> next =
                    Versions.next(table, wanted, inPlaces(table, present), row -> writer.expired(table, row), context);
            writer.clearExpired(session, table, next);
            new PartitionWriter(writer).write(session, table, present, next);
            return present;
        });
    }

    /** The rows of a partition; where their place is all that names them, without the gaps that others have left. */
    private static List<Row> inPlaces(Table table, List<Row> present) {
        int position = table.position();
        if (position < 0
                || !table.type().identity().equals(List.of(table.type().fields().get(position)))) {
            return present;
        }
        List<Row> placed = new ArrayList<>(present);
        placed.sort(Comparator.comparing(row -> (Integer) Objects.requireNonNull(row.get(position))));
        for (int i = 0; i < placed.size(); i++) {
            placed.set(i, placed.get(i).with(position, i));
        }
        return placed;
    }

    @Override
    public List<Row> select(EntityType<?> type, Selection selection) {
        Table table = tables.of(type);
        return execution.read(() -> context("query", type, List.of()), session -> {
            SelectSql select = new SelectSql(table, dialect, selection, session.inTransaction());
            if (select.exact()) {
                return ordered(session, table, select);
            }
            List<Row> found = new ArrayList<>();
            session.each(select.rows(), result -> {
                Row row = table.read(result);
                if (selection.condition().matches(row)) {
                    found.add(row);
                }
                return found.size() < selection.limit();
            });
            return found;
        });
    }

    private static List<Row> ordered(Session session, Table table, SelectSql select) throws SQLException {
        Sql likely = select.likelyRows();
        if (likely != null) {
            List<Row> rows = session.list(likely, table::read);
            if (select.surelyOrdered(rows)) {
                return rows;
            }
        }
        return session.list(select.rows(), table::read);
    }

    @Override
    public long count(EntityType<?> type, Selection selection) {
        Table table = tables.of(type);
        return execution.read(() -> context("count", type, List.of()), session -> {
            SelectSql select = new SelectSql(table, dialect, selection, session.inTransaction());
            if (select.exact()) {
                return session.number(select.count());
            }
            long[] matching = {0};
            session.each(select.rows(), result -> {
                matching[0] += selection.condition().matches(table.read(result)) ? 1 : 0;
                return true;
            });
            return matching[0];
        });
    }

    @Override
    public List<Group> countBy(EntityType<?> type, Selection selection, Field<?, ?> field) {
        Table table = tables.of(type);
        return execution.read(() -> context("count", type, List.of()), session -> {
            SelectSql select = new SelectSql(table, dialect, selection, session.inTransaction());
            if (select.exact()) {
                return session.list(
                        select.countBy(field),
                        result -> new Group(table.codec(field).reader().read(result, 1), result.getLong(2)));
            }
            Map<@Nullable Object, Long> counts =
                    new TreeMap<>((left, right) -> Selection.compare(field.type(), left, right));
            session.each(select.rows(), result -> {
                Row row = table.read(result);
                if (selection.condition().matches(row)) {
                    counts.merge(row.get(field.index()), 1L, Long::sum);
                }
                return true;
            });
            return counts.entrySet().stream()
                    .map(count -> new Group(count.getKey(), count.getValue()))
                    .toList();
        });
    }

    @Override
    public long purge(EntityType<?> type) {
        Table table = tables.of(type);
        Supplier<ErrorContext> context = () -> context("purge", type, List.of());
        Execution.Work<Long> work = session -> writer.purge(session, table);
        return table.leaf() ? execution.single(context, work) : execution.atomic(context, work);
    }

    @Override
    public long purge(EntityType<?> type, List<Key> partitions) {
        Table table = tables.of(type);
        return execution.atomic(
                () -> context("purge", type, List.of()), session -> writer.purge(session, table, partitions));
    }

    private interface Write {
        void to(Session session) throws SQLException;
    }

    /** Runs a write, in a transaction unless it is one row and a single statement is enough. */
    private void write(String operation, Table table, List<Row> rows, boolean single, Write write) {
        if (rows.isEmpty()) {
            return;
        }
        Execution.Work<Table> work = session -> {
            write.to(session);
            return table;
        };
        Supplier<ErrorContext> context = () -> context(operation, table, rows);
        if (single && rows.size() == 1) {
            execution.single(context, work);
        } else {
            execution.atomic(context, work);
        }
    }

    private ErrorContext context(String operation, Table table, List<Row> rows) {
        Key key = rows.size() == 1 ? Table.keyOf(rows.get(0), table.type().key()) : null;
        return context(operation, table.type(), key == null ? List.of() : List.of(key));
    }

    /** The context of an error, with the key if there is only one. */
    private ErrorContext context(String operation, EntityType<?> type, List<Key> keys) {
        String key = keys.size() == 1 ? keys.get(0).redacted() : null;
        return new ErrorContext(operation, backend(), type.name(), key);
    }

    private Table checked(String operation, EntityType<?> type, List<Row> rows) {
        Table table = tables.of(type);
        rows.forEach(row -> table.check(row, operation));
        return table;
    }
}
