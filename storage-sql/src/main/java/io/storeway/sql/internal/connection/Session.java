package io.storeway.sql.internal.connection;

import io.storeway.Key;
import io.storeway.Row;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A connection while a unit uses it. Runs statements, and remembers what is needed to explain an error.
 */
public final class Session implements AutoCloseable {

    /**
     * The present write, so that a refusal can be explained.
     *
     * @param rows the rows, or null for a deletion
     * @param keys the keys of a deletion
     * @param inserts whether the rows must not exist
     * @param raceOnKey whether a repeated primary key can only mean that another writer was faster
     * @param expired whether a row counts as absent
     */
    public record Writing(
            Table table,
            @Nullable List<Row> rows,
            List<Key> keys,
            boolean inserts,
            boolean raceOnKey,
            Predicate<Row> expired) {}

    /** Reads the current row of a result. */
    @FunctionalInterface
    public interface Reader<R> {
        R read(ResultSet rows) throws SQLException;
    }

    /** Uses a prepared statement. */
    @FunctionalInterface
    public interface Use<R> {
        R of(PreparedStatement statement) throws SQLException;
    }

    /** Takes rows until it returns false. */
    @FunctionalInterface
    public interface RowSink {
        boolean take(ResultSet rows) throws SQLException;
    }

    /** What a connection with auto-commit off means. */
    public enum Foreign {
        /** It is in a transaction of the application, which is joined. */
        JOINED,
        /** It is in a transaction of the application, which a commit here would end; so it is refused. */
        REFUSED,
        /** The pool lends all connections so, none of them in a transaction. */
        UNKNOWN
    }

    private final Connection connection;
    private final Statements statements;
    private final HeldWrites held;
    private final @Nullable String lockTable;
    private final boolean autoCommitBefore;
    private int isolationBefore = -1;
    private final boolean careful;
    private final boolean joined;
    private boolean conflicted;
    private boolean asksForCare;
    private boolean broken;
    private boolean forgotten;
    private @Nullable Writing writing;
    private @Nullable Overlay keptBack;

    public Session(
            Connection connection,
            PhysicalConnections connections,
            @Nullable String lockTable,
            boolean careful,
            Foreign foreign)
            throws SQLException {
        this.connection = connection;
        this.lockTable = lockTable;
        this.autoCommitBefore = connection.getAutoCommit();
        this.joined = !autoCommitBefore && foreign == Foreign.JOINED;
        this.careful = careful || joined;
        if (!autoCommitBefore && foreign == Foreign.REFUSED) {
            throw new UnsupportedCapabilityException(
                    "The DataSource lent a connection with auto-commit off, which it didn't when the storage was opened; if"
                            + " it is in a transaction of the application, build the storage with joinTransactions()",
                    ErrorContext.of("connect"),
                    null);
        }
        if (!autoCommitBefore && !joined) {
            connection.setAutoCommit(true);
        }
        this.statements = new Statements(connection, connections.verified(connection));
        this.held = new HeldWrites(statements);
    }

    /** Whether this is part of a transaction that the application has begun and will end. */
    public boolean joined() {
        return joined;
    }

    /** Refuses work that would end the application's transaction, as making tables does on some engines. */
    public void refuseJoined(ErrorContext context) {
        if (joined) {
            throw new UnsupportedCapabilityException(
                    "Tables are missing, and making them would commit the application's transaction on some databases; do"
                            + " it before a transaction begins",
                    context,
                    null);
        }
    }

    /** What waits for the next statement. */
    public HeldWrites held() {
        return held;
    }

    /** The connection, ready for any statement. */
    public Connection connection() throws SQLException {
        held.send();
        return connection;
    }

    /** Whether there is a transaction, so that a query sees earlier uncommitted writes. */
    public boolean inTransaction() throws SQLException {
        return !connection.getAutoCommit();
    }

    /** Commits, together with what waits. */
    public void commit() throws SQLException {
        held.sendLast();
        connection.commit();
    }

    /** The connection, without sending what waits; for ending a transaction. */
    public Connection lent() {
        return connection;
    }

    /** A table of the catalog, or null if it is empty. */
    public @Nullable String lockTable() {
        return lockTable;
    }

    public void isolate(int level) throws SQLException {
        int now = connection.getTransactionIsolation();
        if (now != level) {
            isolationBefore = now;
            connection.setTransactionIsolation(level);
        }
    }

    /** The place of the tables, without credentials. */
    public String place() throws SQLException {
        return DatabasePlace.of(connection.getMetaData().getURL(), connection.getSchema());
    }

    /** Uses a prepared statement. All frequent statements come from here. */
    public <R> R with(String text, Use<R> use) throws SQLException {
        held.send();
        return statements.with(text, use);
    }

    public int update(Sql sql) throws SQLException {
        return with(sql.text(), statement -> {
            Statements.bind(statement, sql.values());
            return statement.executeUpdate();
        });
    }

    /** Runs the statement once for each list of values and returns the update counts. */
    public int[] batch(String text, List<List<@Nullable Object>> values) throws SQLException {
        return with(text, statement -> {
            for (List<@Nullable Object> each : values) {
                Statements.bind(statement, each);
                statement.addBatch();
            }
            return statement.executeBatch();
        });
    }

    public <R extends @Nullable Object> List<R> list(Sql sql, Reader<R> reader) throws SQLException {
        return list(sql.text(), sql.values(), reader);
    }

    public <R extends @Nullable Object> List<R> list(
            String text, List<? extends @Nullable Object> values, Reader<R> reader) throws SQLException {
        List<R> found = new ArrayList<>();
        each(text, values, rows -> found.add(reader.read(rows)));
        return found;
    }

    public void each(Sql sql, RowSink sink) throws SQLException {
        each(sql.text(), sql.values(), sink);
    }

    private void each(String text, List<? extends @Nullable Object> values, RowSink sink) throws SQLException {
        if (keptBack == null) {
            query(text, values, sink);
            return;
        }
        Sql plain = new Sql(text);
        values.forEach(plain::bind);
        Sql seen = keptBack.over(plain);
        query(seen.text(), seen.values(), sink);
    }

    private void query(String text, List<? extends @Nullable Object> values, RowSink sink) throws SQLException {
        if (held.waiting()) {
            held.together(List.of(new Sql(text).bindAll(values)), List.of(sink));
            return;
        }
        with(text, statement -> {
            Statements.bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                return Statements.read(rows, sink);
            }
        });
    }

    public long number(Sql sql) throws SQLException {
        return list(sql, rows -> rows.getLong(1)).get(0);
    }

    /** Notes that the connection keeps writes back until the commit, so that queries need an {@link Overlay} to see them. */
    public void keepBack() {
        keptBack = new Overlay();
    }

    /** The writes that are kept back, or null if writes happen at once. */
    public @Nullable Overlay keptBack() {
        return keptBack;
    }

    public void writing(@Nullable Writing what) {
        writing = what;
    }

    public @Nullable Writing writing() {
        return writing;
    }

    /** Notes a conflict with another writer, so that the unit may be run again. */
    public void conflict() {
        conflicted = true;
    }

    public boolean conflicted() {
        return conflicted;
    }

    /** Whether the unit runs again with savepoints, because a write was refused and nothing said which. */
    public boolean careful() {
        return careful;
    }

    /** Asks for the unit to be run again with savepoints, which are too expensive to set always. */
    public void askForCare() {
        asksForCare = true;
    }

    public boolean asksForCare() {
        return asksForCare;
    }

    /** Rolls the transaction back; if that fails, the connection is discarded. */
    public void rollback() {
        keptBack = null;
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            broken |= !String.valueOf(e.getMessage()).contains("no transaction is active");
        }
    }

    /** Notes that the state of the connection is unknown, so that it is discarded. */
    public void giveUp() {
        broken = true;
    }

    public boolean broken() {
        return broken;
    }

    /** Notes that somebody else closes the connection. */
    public void forget() {
        forgotten = true;
    }

    @Override
    public void close() {
        if (forgotten) {
            return;
        }
        try (connection) {
            if (joined) {
                return;
            }
            if (broken) {
                connection.abort(Runnable::run);
                return;
            }
            if (connection.getAutoCommit() != autoCommitBefore) {
                connection.setAutoCommit(autoCommitBefore);
            }
            if (isolationBefore >= 0) {
                connection.setTransactionIsolation(isolationBefore);
            }
        } catch (SQLException e) {
            // The work itself has succeeded. The pool discards a connection that can't be given back.
            broken = true;
        }
    }
}
