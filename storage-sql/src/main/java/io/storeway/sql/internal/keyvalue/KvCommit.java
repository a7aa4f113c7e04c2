package io.storeway.sql.internal.keyvalue;

import io.storeway.error.ErrorContext;
import io.storeway.error.VersionConflictException;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Failure;
import io.storeway.sql.internal.transaction.Errors;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One commit of a {@code SqlKeyValueStore} within its transaction: locks the rows of all its keys in the order of the keys, checks the
 * expectations, and writes.
 *
 * <p>A key that is expected to be absent, and is, has no row to lock. It gets a tombstone, so that nobody else can create it before the
 * transaction ends.
 */
public final class KvCommit {

    private static final int CHUNK = 128;

    /** A row: its version, and whether it is an entry or a tombstone. */
    private record Present(long version, boolean entry) {}

    private final KvTable table;
    private final Errors errors;
    private final Session session;
    private final ErrorContext context;
    private final long now;

    public KvCommit(KvTable table, Errors errors, Session session, ErrorContext context, long now) {
        this.table = table;
        this.errors = errors;
        this.session = session;
        this.context = context;
        this.now = now;
    }

    public void run(List<Expectation> expectations, List<Write> writes) throws SQLException {
        Map<String, Write> last = new TreeMap<>();
        writes.forEach(write -> last.put(write.key(), write));
        TreeSet<String> keys = new TreeSet<>(last.keySet());
        expectations.forEach(expected -> keys.add(expected.key()));
        Map<String, Present> present = lock(new ArrayList<>(keys));
        for (Expectation expected : expectations) {
            Present row = present.get(expected.key());
            if ((row == null || !row.entry() ? 0 : row.version()) != expected.version()) {
                throw unmet(context);
            }
        }
        if (writes.isEmpty()) {
            return;
        }
        for (Expectation expected : expectations) {
            if (!present.containsKey(expected.key())) {
                last.putIfAbsent(expected.key(), Write.delete(expected.key()));
            }
        }
        boolean expecting = !expectations.isEmpty();
        last.values()
                .removeIf(write -> write.value() == null
                        && !(expecting && !present.containsKey(write.key()))
                        && !isEntry(present.get(write.key())));
        write(last.values().stream().toList(), present);
    }

    private static boolean isEntry(@Nullable Present row) {
        return row != null && row.entry();
    }

    private Map<String, Present> lock(List<String> keys) throws SQLException {
        Map<String, Present> present = new HashMap<>();
        for (int from = 0; from < keys.size(); from += CHUNK) {
            session.each(table.locked(keys.subList(from, Math.min(from + CHUNK, keys.size()))), rows -> {
                present.put(table.key(rows), new Present(rows.getLong(2), rows.getInt(3) == 1));
                return true;
            });
        }
        return present;
    }

    private void write(List<Write> writes, Map<String, Present> present) throws SQLException {
        List<List<@Nullable Object>> inserted = new ArrayList<>();
        List<List<@Nullable Object>> overwritten = new ArrayList<>();
        List<List<@Nullable Object>> revived = new ArrayList<>();
        long floor = -1;
        for (Write write : writes) {
            Present row = present.get(write.key());
            List<@Nullable Object> values = values(write);
            if (row == null) {
                floor = floor < 0 ? session.number(table.floor()) : floor;
                values.add(0, table.bound(write.key()));
                values.addAll(List.of(now, now, floor + 1));
                inserted.add(values);
            } else if (row.entry()) {
                values.addAll(List.of(now, table.bound(write.key()), row.version()));
                overwritten.add(values);
            } else {
                values.addAll(List.of(now, now, table.bound(write.key()), row.version()));
                revived.add(values);
            }
        }
        updateAll(table.overwrite(true), overwritten);
        updateAll(table.revive(), revived);
        insertAll(inserted);
    }

    /** The value, metadata and expiration of a write, as JDBC binds them. */
    public static List<@Nullable Object> values(Write write) {
        Instant expiresAt = write.expiresAt();
        List<@Nullable Object> values = new ArrayList<>();
        values.add(write.value());
        values.add(write.value() == null ? null : write.metadata());
        values.add(write.value() == null || expiresAt == null ? null : expiresAt.toEpochMilli());
        return values;
    }

    private void updateAll(String text, List<List<@Nullable Object>> values) throws SQLException {
        if (!values.isEmpty() && Arrays.stream(session.batch(text, values)).anyMatch(count -> count == 0)) {
            throw Errors.conflict(session, context, null);
        }
    }

    /** Inserts rows. A repeated key means that somebody else has inserted it meanwhile. */
    private void insertAll(List<List<@Nullable Object>> values) throws SQLException {
        if (values.isEmpty()) {
            return;
        }
        try {
            session.batch(table.insert(), values);
        } catch (SQLException e) {
            if (errors.sort(e) == Failure.Sort.UNIQUE) {
                throw Errors.conflict(session, context, e);
            }
            throw e;
        }
    }

    /** Makes sure that new keys begin with higher versions than this one. */
    public void raiseFloor(long version) throws SQLException {
        if (session.update(table.raise(version)) == 0) {
            List<@Nullable Object> values = values(Write.delete(KvTable.FLOOR));
            values.add(0, table.bound(KvTable.FLOOR));
            values.addAll(List.of(now, now, version));
            insertAll(List.of(values));
        }
    }

    public static VersionConflictException unmet(ErrorContext context) {
        return new VersionConflictException("An entry has another version than expected", context, null);
    }
}
