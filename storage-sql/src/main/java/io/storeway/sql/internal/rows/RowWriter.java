package io.storeway.sql.internal.rows;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.OnDelete;
import io.storeway.Reference;
import io.storeway.Row;
import io.storeway.UniqueKey;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.sql.internal.connection.LeftOutException;
import io.storeway.sql.internal.connection.Overlay;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.dialect.Tables;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Runs the statements that write rows. Each notes in the session what it writes, so that a refusal can be explained. */
public final class RowWriter {

    private final Clock clock;
    private final Tables tables;

    public RowWriter(Clock clock, Tables tables) {
        this.clock = clock;
        this.tables = tables;
    }

    /**
     * Inserts rows. If there is an expired row with the same key, it is replaced; if others may refer to it, it is updated instead, which
     * keeps those.
     */
    public void insert(Session session, Table table, List<Row> rows, boolean raceOnKey) throws SQLException {
        List<Row> rest = table.expiry() < 0 ? rows : overExpired(session, table, rows);
        writing(session, table, rest, true, raceOnKey);
        write(session, table, rest, table::insert, true);
    }

    /** Inserts rows of which none exists, not even an expired one. */
    public void insertNew(Session session, Table table, List<Row> rows) throws SQLException {
        writing(session, table, rows, true, true);
        write(session, table, rows, table::insert, true);
    }

    /** Writes rows whether they exist or not. */
    public void upsert(Session session, Table table, List<Row> rows) throws SQLException {
        writing(session, table, rows, false, true);
        if (!table.upsertsKnownRows()) {
            // Where there is nothing to update, some engines report no row.
            write(session, table, rows, table::upsert, !table.rest().isEmpty());
            return;
        }
        List<Key> keys = rows.stream().map(Row::key).toList();
        Set<Key> there = new HashSet<>();
        Lookup.rows(session, table, table.type().key(), keys, " FOR UPDATE").forEach(row -> there.add(row.key()));
        write(
                session,
                table,
                rows.stream().filter(row -> there.contains(row.key())).toList(),
                table::upsert,
                false);
        write(
                session,
                table,
                rows.stream().filter(row -> !there.contains(row.key())).toList(),
                table::insert,
                true);
    }

    private void writing(Session session, Table table, List<Row> rows, boolean inserts, boolean raceOnKey) {
        session.writing(new Session.Writing(table, rows, List.of(), inserts, raceOnKey, row -> expired(table, row)));
    }

    private static void deleting(Session session, Table table, List<Key> keys) {
        session.writing(new Session.Writing(table, null, keys, false, false, row -> false));
    }

    /**
     * Writes rows.
     *
     * @param counted whether the engine reports every row that it writes
     */
    private void write(Session session, Table table, List<Row> given, IntFunction<String> text, boolean counted)
            throws SQLException {
        if (given.size() == 1 && session.held().holds() && !table.hasTrigger()) {
            session.held().hold(table.bound(text.apply(1), given.get(0)), counted ? 1 : 0);
            return;
        }
        Overlay keptBack = session.keptBack();
        List<Row> rows = ParentsFirst.order(table, given);
        int from = 0;
        while (from < rows.size()) {
            int size = table.rowsAtOnce(rows.subList(from, rows.size()));
            int start = from;
            from = session.with(text.apply(size), statement -> {
                int next = start;
                do {
                    int bound = table.bind(statement, size, rows.subList(next, Math.min(rows.size(), next + size)));
                    next += bound;
                    if (statement.executeUpdate() < bound && counted && keptBack == null) {
                        throw new LeftOutException(false);
                    }
                } while (next < rows.size() && table.rowsAtOnce(rows.subList(next, rows.size())) == size);
                return next;
            });
        }
        if (keptBack != null) {
            keptBack.put(table, rows);
        }
    }

    /** Updates live rows and returns, for each, whether it existed. */
    public List<Boolean> update(Session session, Table table, List<Row> rows) throws SQLException {
        if (table.version() >= 0) {
            rows.forEach(table.type()::withNextVersion);
        }
        writing(session, table, rows, false, false);
        if (session.keptBack() != null) {
            return updateKnown(session, session.keptBack(), table, rows);
        }
        Sql sql = new Sql(table.update());
        live(sql, table);
        List<List<@Nullable Object>> values = new ArrayList<>();
        for (Row row : rows) {
            List<@Nullable Object> each = table.updateValues(row);
            each.addAll(sql.values());
            values.add(each);
        }
        return counts(session, sql.text(), values);
    }

    /** The same where statements are kept back, and so can't report whether a row existed. */
    private List<Boolean> updateKnown(Session session, Overlay keptBack, Table table, List<Row> rows)
            throws SQLException {
        Map<Key, Row> live = new HashMap<>();
        List<Key> keys = rows.stream().map(Row::key).toList();
        for (Row there : Lookup.rows(session, table, table.type().key(), keys)) {
            if (!expired(table, there)) {
                live.put(there.key(), there);
            }
        }
        List<Boolean> met = new ArrayList<>();
        for (Row row : rows) {
            Row there = live.get(row.key());
            if (there == null
                    || (table.version() >= 0
                            && !Objects.equals(row.get(table.version()), there.get(table.version())))) {
                met.add(false);
                continue;
            }
            met.add(true);
            Sql sql = new Sql(table.update());
            table.updateValues(row).forEach(sql::bind);
            session.update(sql);
            Row placed = table.position() < 0 ? row : row.with(table.position(), there.get(table.position()));
            Row after = table.version() < 0 ? placed : table.type().withNextVersion(placed);
            live.put(row.key(), after);
            keptBack.put(table, List.of(after));
        }
        return met;
    }

    private static List<Boolean> counts(Session session, String text, List<List<@Nullable Object>> values)
            throws SQLException {
        List<Boolean> met = new ArrayList<>();
        if (values.size() == 1) {
            Sql single = new Sql(text);
            values.get(0).forEach(single::bind);
            met.add(session.update(single) > 0);
            return met;
        }
        for (int count : session.batch(text, values)) {
            met.add(count > 0);
        }
        return met;
    }

    /** Deletes live rows by key and returns how many there were. */
    public int delete(Session session, Table table, Collection<Key> keys) throws SQLException {
        List<Key> distinct = keys.stream().distinct().toList();
        if (!table.ownReferences().isEmpty()) {
            return deleteTree(session, table, distinct, row -> !expired(table, row));
        }
        if (session.keptBack() != null) {
            List<Key> live = Lookup.rows(session, table, table.type().key(), distinct).stream()
                    .filter(row -> !expired(table, row))
                    .map(Row::key)
                    .toList();
            remove(session, table, live);
            return live.size();
        }
        deleting(session, table, distinct);
        int deleted = 0;
        for (List<Key> chunk : Lookup.chunks(table, table.type().key(), distinct)) {
            deleted += session.update(live(deletion(table, chunk), table));
        }
        return deleted;
    }

    /** Deletes rows by key, expired or not; those that the session has read have to be there. */
    void removeRead(Session session, Table table, Collection<Key> keys) throws SQLException {
        int removed = remove(session, table, keys);
        // In a transaction of the application, others may be allowed to delete a row in between.
        if (removed < keys.size() && session.keptBack() == null && !session.joined()) {
            throw new LeftOutException(false);
        }
    }

    /** Deletes rows by key, expired or not, and returns how many there were, if the session doesn't keep writes back. */
    public int remove(Session session, Table table, Collection<Key> keys) throws SQLException {
        if (!table.ownReferences().isEmpty()) {
            return deleteTree(session, table, keys, row -> true);
        }
        deleting(session, table, List.copyOf(keys));
        int removed = 0;
        for (List<Key> chunk : Lookup.chunks(table, table.type().key(), keys)) {
            removed += session.update(deletion(table, chunk));
        }
        removed(session, table, keys);
        return removed;
    }

    /** Deletes the rows whose fields equal one of the keys. */
    public void removeWhere(Session session, Table table, List<? extends Field<?, ?>> fields, Collection<Key> keys)
            throws SQLException {
        if (session.keptBack() != null) {
            List<Key> there = Lookup.rows(session, table, fields, keys).stream()
                    .map(Row::key)
                    .toList();
            remove(session, table, there);
            return;
        }
        for (List<Key> chunk : Lookup.chunks(table, fields, keys)) {
            Sql sql = new Sql("DELETE FROM " + table.name() + " WHERE ");
            table.in(sql, fields, chunk);
            session.update(sql);
        }
    }

    /** Remembers a deletion that is kept back, and everything that it deletes by cascade. */
    private void removed(Session session, Table table, Collection<Key> keys) throws SQLException {
        Overlay keptBack = session.keptBack();
        if (keptBack == null || keys.isEmpty()) {
            return;
        }
        keptBack.remove(table, keys);
        for (EntityType<?> child : tables.types()) {
            for (Reference reference : child.references()) {
                if (reference.target() == table.type() && reference.onDelete() == OnDelete.CASCADE) {
                    Table of = tables.of(child);
                    List<Key> children = Lookup.rows(session, of, reference.fields(), keys).stream()
                            .map(Row::key)
                            .toList();
                    removed(session, of, children);
                }
            }
        }
    }

    /** Deletes rows that may refer to each other one by one, each before the row it refers to. */
    private int deleteTree(Session session, Table table, Collection<Key> keys, Predicate<Row> chosen)
            throws SQLException {
        List<Row> rows =
                new ArrayList<>(Lookup.rows(session, table, table.type().key(), keys));
        rows.removeIf(chosen.negate());
        List<Row> childrenFirst = new ArrayList<>(ParentsFirst.order(table, rows));
        Collections.reverse(childrenFirst);
        for (Row row : childrenFirst) {
            List<Key> key = List.of(row.key());
            deleting(session, table, key);
            if (tables.dialect().failsAtCircles()) {
                loosen(session, table, row);
            }
            session.update(deletion(table, key));
            removed(session, table, key);
        }
        return rows.size();
    }

    /** Removes from a row that is about to be deleted references to itself and to rows from which a cascade would come back. */
    private void loosen(Session session, Table table, Row row) throws SQLException {
        for (Reference reference : table.ownReferences()) {
            Key parent = Table.keyOf(row, reference.fields());
            boolean itself = row.key().equals(parent);
            if (parent == null || (reference.onDelete() != OnDelete.CASCADE && !itself)) {
                continue;
            }
            List<String> empty = reference.fields().stream()
                    .filter(Field::nullable)
                    .map(field -> table.columns().get(field.index()) + " = NULL")
                    .toList();
            if (!empty.isEmpty()) {
                Sql sql = new Sql("UPDATE " + table.name() + " SET " + String.join(", ", empty) + " WHERE ");
                table.in(sql, table.type().key(), List.of(row.key()));
                session.update(sql);
            } else if (itself) {
                throw new UnsupportedCapabilityException(
                        "The engine can't delete a record that refers to itself by " + reference.name()
                                + "; let a field of that reference be null",
                        new ErrorContext(
                                "delete", tables.dialect().name(), table.type().name(), null),
                        null);
            }
        }
    }

    private static Sql deletion(Table table, List<Key> keys) {
        Sql sql = new Sql("DELETE FROM " + table.name() + " WHERE ");
        table.in(sql, table.type().key(), keys);
        return sql;
    }

    /** Deletes expired rows and returns how many; by key if others may refer to them, so that a refusal can be explained. */
    public long purge(Session session, Table table) throws SQLException {
        if (table.expiry() < 0) {
            return 0;
        }
        String column = table.columns().get(table.expiry());
        String expired = " FROM " + table.name() + " WHERE " + column + " <= ?";
        if (table.leaf() && session.keptBack() == null) {
            return session.update(new Sql("DELETE" + expired).bind(now(table)));
        }
        return purge(
                session, table, new Sql("SELECT " + table.selected(table.type().key()) + expired).bind(now(table)));
    }

    /** Deletes the expired rows of some partitions and returns how many. */
    public long purge(Session session, Table table, List<Key> partitions) throws SQLException {
        if (table.expiry() < 0) {
            return 0;
        }
        List<? extends Field<?, ?>> partition = table.type().partitionKey();
        long purged = 0;
        for (List<Key> chunk : Lookup.chunks(table, partition, partitions)) {
            Sql expired = new Sql("SELECT " + table.selected(table.type().key()) + " FROM " + table.name() + " WHERE "
                            + table.columns().get(table.expiry()) + " <= ? AND ")
                    .bind(now(table));
            table.in(expired, partition, chunk);
            purged += purge(session, table, expired);
        }
        return purged;
    }

    private long purge(Session session, Table table, Sql expired) throws SQLException {
        List<? extends Field<?, ?>> key = table.type().key();
        List<Key> keys = session.list(expired, rows -> table.readKey(rows, key));
        remove(session, table, keys);
        return keys.size();
    }

    private Sql live(Sql sql, Table table) {
        if (table.expiry() >= 0) {
            String column = table.columns().get(table.expiry());
            sql.add(" AND (" + column + " IS NULL OR " + column + " > ?)").bind(now(table));
        }
        return sql;
    }

    private Object now(Table table) {
        // Expiries are whole units, so one is later than now exactly if it is later than now cut to whole units.
        return table.type().fields().get(table.expiry()).type().unit().toEpoch(clock.instant());
    }

    public boolean expired(Table table, Row row) {
        Object expiry = table.expiry() < 0 ? null : row.get(table.expiry());
        return expiry != null && !clock.instant().isBefore((Instant) expiry);
    }

    private List<Row> overExpired(Session session, Table table, List<Row> rows) throws SQLException {
        clearExpired(session, table, rows);
        List<Key> keys = rows.stream().map(Row::key).toList();
        Set<Key> expired = new HashSet<>();
        for (Row there : Lookup.rows(session, table, table.type().key(), keys)) {
            if (expired(table, there)) {
                expired.add(there.key());
            }
        }
        if (expired.isEmpty()) {
            return rows;
        }
        if (table.leaf()) {
            remove(session, table, expired);
            return rows;
        }
        List<Row> over = new ArrayList<>();
        List<Row> rest = new ArrayList<>();
        for (Row row : rows) {
            (expired.remove(row.key()) ? over : rest).add(row);
        }
        upsert(session, table, over);
        return rest;
    }

    /** Deletes expired rows that hold unique values of rows to be written. */
    public void clearExpired(Session session, Table table, List<Row> rows) throws SQLException {
        if (table.expiry() < 0) {
            return;
        }
        for (UniqueKey unique : table.type().uniqueKeys()) {
            List<Key> wanted = rows.stream()
                    .map(row -> Table.keyOf(row, unique.fields()))
                    .filter(Objects::nonNull)
                    .distinct()
                    .toList();
            Set<Key> own = new HashSet<>();
            rows.forEach(row -> own.add(row.key()));
            List<Key> inTheWay = Lookup.rows(session, table, unique.fields(), wanted).stream()
                    .filter(there -> expired(table, there) && !own.contains(there.key()))
                    .map(Row::key)
                    .toList();
            remove(session, table, inTheWay);
        }
    }
}
