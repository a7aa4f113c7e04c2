package io.storeway.sql;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.SchemaMismatchException;
import io.storeway.error.TransactionFailedException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.error.VersionConflictException;
import io.storeway.spi.KeyValueStore;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.Tables;
import io.storeway.sql.internal.keyvalue.KvCommit;
import io.storeway.sql.internal.keyvalue.KvLimits;
import io.storeway.sql.internal.keyvalue.KvSchema;
import io.storeway.sql.internal.keyvalue.KvTable;
import io.storeway.sql.internal.transaction.Errors;
import io.storeway.sql.internal.transaction.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A key-value store in one table of a SQL database. Thread-safe, also between processes.
 *
 * <p>The table, {@code kv_store} by default, has the columns {@code key}, {@code value}, {@code metadata}, {@code
 * expiration}, {@code created_at}, {@code updated_at} and {@code version}; times are epoch milliseconds. It is created if
 * it is missing. Keys are text on SQLite and the UTF-8 bytes of the text elsewhere; at most 2,048 bytes.
 *
 * <p>A deleted key leaves a row without a value, so that its versions go on from where they were. {@link #purge} deletes such rows a day
 * after the deletion and keeps the highest of their versions; new keys begin above it.
 *
 * <p>A commit is one transaction. A single put or delete without an expectation, or with the expected version of an existing entry, is one
 * statement. Closing the store leaves the DataSource open: it belongs to the application.
 */
public final class SqlKeyValueStore implements KeyValueStore {

    /** The default name of the table. */
    static final String TABLE = "kv_store";

    private static final int LARGEST_CHUNK = 128;
    private static final Duration TOMBSTONES_KEPT = Duration.ofDays(1);

    private final Dialect dialect;
    private final KvTable table;
    private final Transactions transactions;
    private final Errors errors;
    private final Capabilities capabilities;
    private final Clock clock;
    private final @Nullable AutoCloseable owned;
    /** Whether there is no table and none may be made, so that nothing is found. */
    private final boolean absent;

    private SqlKeyValueStore(
            DataSource dataSource, String tableName, Clock clock, Missing missing, @Nullable AutoCloseable owned) {
        this.clock = clock;
        this.owned = owned;
        this.dialect = SqlStorageBuilder.dialect(dataSource);
        this.table = new KvTable(tableName, dialect);
        KvSchema schema = new KvSchema(tableName, dialect);
        this.errors = new Errors(dialect, new Tables(Catalog.of(), dialect));
        Transactions unlocked = new Transactions(dataSource, dialect, errors, null, Session.Foreign.UNKNOWN);
        ErrorContext context = context("open");
        this.capabilities = unlocked.read(
                () -> context, session -> SqlStorageBuilder.inspect(dialect, session.connection(), false));
        boolean creates = missing == Missing.CREATE && capabilities.has(Capability.WRITES);
        if (creates && !unlocked.sees(() -> context, schema::asDeclared)) {
            unlocked.creating(() -> context, session -> {
                if (schema.absent(session)) {
                    schema.create(session);
                }
                schema.check(session, context);
                return schema;
            });
        }
        this.absent = !creates
                && unlocked.read(() -> context, session -> {
                    if (missing == Missing.ALLOW && schema.absent(session)) {
                        return true;
                    }
                    schema.check(session, context);
                    return false;
                });
        this.transactions = new Transactions(dataSource, dialect, errors, table.name(), Session.Foreign.UNKNOWN);
    }

    /**
     * Opens the store in the table {@code kv_store}.
     *
     * @throws SchemaMismatchException if there is a table of this name with other columns; it is left as it is
     * @throws UnsupportedCapabilityException if the database can't keep what the store promises
     * @throws io.storeway.error.StorageUnavailableException if the database can't be reached or opened
     */
    public static SqlKeyValueStore open(DataSource dataSource) {
        return open(dataSource, TABLE, Clock.systemUTC());
    }

    /**
     * Opens the store in a table of another name.
     *
     * @param table letters, digits and underscores, 40 at most
     * @param clock the clock for {@code created_at} and {@code updated_at}
     * @throws InvalidValueException if the name doesn't have this form
     * @see #open(DataSource)
     */
    public static SqlKeyValueStore open(DataSource dataSource, String table, Clock clock) {
        return open(dataSource, table, clock, Missing.CREATE);
    }

    /** As {@link #open(DataSource, String, Clock)}, with what to do about a missing table. */
    public static SqlKeyValueStore open(DataSource dataSource, String table, Clock clock, Missing missing) {
        return new SqlKeyValueStore(dataSource, named(table), clock, missing, null);
    }

    /**
     * The script that creates the table if it is missing; changes nothing itself.
     *
     * @throws SchemaMismatchException if there is a table of this name with other columns
     * @throws InvalidValueException if the name is not one that {@link #open(DataSource, String, Clock)} takes
     * @throws io.storeway.error.StorageUnavailableException if the database can't be reached
     */
    public static SchemaScript changes(DataSource dataSource, String table) {
        Dialect dialect = SqlStorageBuilder.dialect(dataSource);
        KvSchema wanted = new KvSchema(named(table), dialect);
        Errors errors = new Errors(dialect, new Tables(Catalog.of(), dialect));
        ErrorContext context = new ErrorContext("changes", "kv+" + dialect.name(), null, null);
        return new Transactions(dataSource, dialect, errors, null, Session.Foreign.UNKNOWN)
                .read(() -> context, session -> {
                    if (wanted.absent(session)) {
                        return new SchemaScript(dialect.name(), List.of(wanted.created()));
                    }
                    wanted.check(session, context);
                    return new SchemaScript(dialect.name(), List.of());
                });
    }

    /**
     * As {@link #changes(DataSource, String)}, for the table that a URI {@code kv+jdbc:…} names.
     *
     * @throws IllegalArgumentException if the URI doesn't have this form
     */
    public static SchemaScript changes(String uri) {
        SqlKeyValueStoreProvider provider = new SqlKeyValueStoreProvider();
        if (!provider.accepts(uri)) {
            throw new IllegalArgumentException("A table of keys and values is in a SQL database; known are "
                    + String.join(", ", provider.schemes()) + ErrorContext.of("changes"));
        }
        try (HikariDataSource pool = SqlKeyValueStoreProvider.pool(uri, Missing.ALLOW)) {
            return changes(pool, TABLE);
        }
    }

    private static String named(String table) {
        if (!table.matches("[A-Za-z_][A-Za-z0-9_]{0,39}")) {
            throw new InvalidValueException(
                    "table",
                    "a name is a letter or underscore followed by letters, digits and underscores, 40 at most",
                    ErrorContext.of("open"),
                    null);
        }
        return table;
    }

    static SqlKeyValueStore owning(HikariDataSource pool, Missing missing) {
        return new SqlKeyValueStore(pool, TABLE, Clock.systemUTC(), missing, pool);
    }

    private ErrorContext context(String operation) {
        return new ErrorContext(operation, name(), null, null);
    }

    /** {@code kv+} and the name of the SQL engine, for example {@code kv+sqlite}. */
    @Override
    public String name() {
        return "kv+" + dialect.name();
    }

    @Override
    public String identity() {
        String place = transactions.read(() -> ErrorContext.of("identity"), Session::place);
        return place.isEmpty() ? "" : place + " " + table.name();
    }

    @Override
    public int maxKeyBytes() {
        return KvLimits.KEY_BYTES;
    }

    @Override
    public boolean durable() {
        return capabilities.has(Capability.DURABLE);
    }

    @Override
    public boolean readOnly() {
        return !capabilities.has(Capability.WRITES);
    }

    @Override
    public @Nullable Entry get(String key) {
        return getAll(List.of(key)).get(0);
    }

    @Override
    public List<@Nullable Entry> getAll(List<String> keys) {
        List<String> possible = absent
                ? List.of()
                : keys.stream()
                        .filter(key -> KvLimits.fault(key).isEmpty())
                        .distinct()
                        .toList();
        Map<String, Entry> found = new HashMap<>();
        transactions.read(() -> context("get"), session -> {
            found.clear();
            for (List<String> chunk : chunks(possible)) {
                session.list(table.entries(chunk), this::entry).forEach(entry -> found.put(entry.key(), entry));
            }
            return found;
        });
        List<@Nullable Entry> inOrder = new ArrayList<>(keys.size());
        keys.forEach(key -> inOrder.add(found.get(key)));
        return inOrder;
    }

    private static List<List<String>> chunks(List<String> keys) {
        List<List<String>> chunks = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += LARGEST_CHUNK) {
            chunks.add(keys.subList(from, Math.min(from + LARGEST_CHUNK, keys.size())));
        }
        return chunks;
    }

    private Entry entry(ResultSet rows) throws SQLException {
        long expiration = rows.getLong(4);
        Instant expiresAt = rows.wasNull() ? null : Instant.ofEpochMilli(expiration);
        return new Entry(table.key(rows), rows.getBytes(2), rows.getString(3), expiresAt, rows.getLong(5));
    }

    @Override
    public void commit(List<Expectation> expectations, List<Write> writes) {
        ErrorContext context = context("commit");
        if (readOnly()) {
            throw new UnsupportedCapabilityException("The database was opened read-only", context, null);
        }
        writes.forEach(write -> {
            KvLimits.check(write, context);
            KvLimits.room(write, dialect.statementBytes(), context);
        });
        if (expectations.isEmpty() && writes.isEmpty()) {
            return;
        }
        try {
            if (!writtenAtOnce(expectations, writes, context)) {
                transactions.atomic(() -> context, session -> {
                    new KvCommit(table, errors, session, context, clock.millis()).run(expectations, writes);
                    return writes;
                });
            }
        } catch (TransactionFailedException e) {
            if (expectations.isEmpty()) {
                throw e;
            }
            throw new VersionConflictException("Other writers were faster", context, e);
        }
    }

    /** Tries to do the whole commit by a single statement, and returns whether that was possible. */
    private boolean writtenAtOnce(List<Expectation> expectations, List<Write> writes, ErrorContext context) {
        if (writes.size() != 1 || expectations.size() > 1) {
            return false;
        }
        Write write = writes.get(0);
        Expectation expected = expectations.isEmpty() ? null : expectations.get(0);
        if (expected != null && (expected.version() == 0 || !expected.key().equals(write.key()))) {
            return false;
        }
        Sql sql = new Sql(table.overwrite(expected != null));
        KvCommit.values(write).forEach(sql::bind);
        sql.bind(clock.millis()).bind(table.bound(write.key()));
        if (expected != null) {
            sql.bind(expected.version());
        }
        boolean met = transactions.single(() -> context, session -> session.update(sql) == 1);
        if (!met && expected != null) {
            throw KvCommit.unmet(context);
        }
        return met || write.value() == null;
    }

    @Override
    public Listing list(String prefix, @Nullable String cursor, int limit) {
        if (absent || KvLimits.malformed(prefix) || (cursor != null && KvLimits.malformed(cursor))) {
            return new Listing(List.of(), null);
        }
        int asked = limit == Integer.MAX_VALUE ? limit : limit + 1;
        Sql range = table.range(cursor == null ? prefix : cursor, cursor != null, KvTable.above(prefix), asked);
        List<Entry> found = transactions.read(() -> context("list"), session -> session.list(range, this::entry));
        if (found.size() <= limit) {
            return new Listing(found, null);
        }
        return new Listing(found.subList(0, limit), found.get(limit - 1).key());
    }

    @Override
    public long purge(Instant now) {
        ErrorContext context = context("purge");
        if (readOnly()) {
            throw new UnsupportedCapabilityException("The database was opened read-only", context, null);
        }
        long today = clock.millis();
        long swept = today - TOMBSTONES_KEPT.toMillis();
        int purged =
                transactions.single(() -> context, session -> session.update(table.expire(now.toEpochMilli(), today)));
        transactions.atomic(() -> context, session -> {
            long highest = session.number(table.highest(swept));
            if (highest > 0) {
                new KvCommit(table, errors, session, context, today).raiseFloor(highest);
                session.update(table.sweep(swept));
            }
            return table;
        });
        return purged;
    }

    @Override
    public void close() {
        transactions.close();
        if (owned != null) {
            try {
                owned.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("The pool can't be closed", e);
            }
        }
    }
}
