package io.storeway.sql;

import io.storeway.Key;
import io.storeway.Row;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A connection while it is lent to one unit: runs statements, and remembers what an error message needs. All hot
 * statements are prepared here.
 */
final class Session implements AutoCloseable {

    /**
     * What is being written, so that a refusal can be explained.
     *
     * @param rows the rows, or null for a deletion
     * @param keys the keys of a deletion
     * @param inserts whether the rows must not be there
     * @param raceOnKey whether a repeated primary key can only mean that another writer came first
     * @param expired whether a row counts as absent
     */
    record Writing(
            Table table,
            @Nullable List<Row> rows,
            List<Key> keys,
            boolean inserts,
            boolean raceOnKey,
            Predicate<Row> expired) {}

    /** Reads the current row of a result. */
    @FunctionalInterface
    interface Reader<R> {
        R read(ResultSet rows) throws SQLException;
    }

    /** Uses a prepared statement. */
    @FunctionalInterface
    interface Use<R> {
        R of(PreparedStatement statement) throws SQLException;
    }

    /** Takes rows until it answers false. */
    @FunctionalInterface
    interface RowSink {
        boolean take(ResultSet rows) throws SQLException;
    }

    /** More are sent in parts: their text is kept by the driver, and each number of them has a text of its own. */
    private static final int MOST_HELD = 16;

    private final Connection connection;
    private final @Nullable StatementCache statements;
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
    private @Nullable String opening;
    private final List<Sql> held = new ArrayList<>();
    private boolean holds;
    private boolean late;

    Session(
            Connection connection,
            PhysicalConnections connections,
            @Nullable String lockTable,
            boolean careful,
            Transactions.Foreign foreign)
            throws SQLException {
        this.connection = connection;
        this.lockTable = lockTable;
        this.autoCommitBefore = connection.getAutoCommit();
        this.joined = !autoCommitBefore && foreign == Transactions.Foreign.JOINED;
        this.careful = careful || joined;
        if (!autoCommitBefore && foreign == Transactions.Foreign.REFUSED) {
            throw new UnsupportedCapabilityException(
                    "The DataSource lent a connection with auto-commit off, which it didn't when the storage was opened; if"
                            + " it is in a transaction of the application, build the storage with joinTransactions()",
                    ErrorContext.of("connect"),
                    null);
        }
        if (!autoCommitBefore && !joined) {
            connection.setAutoCommit(true);
        }
        this.statements = connections.verified(connection);
    }

    /** Whether this is part of a transaction that the application has begun and will end. */
    boolean joined() {
        return joined;
    }

    /** Refuses what would end the application's transaction, as making tables does on some engines. */
    void refuseJoined(ErrorContext context) {
        if (joined) {
            throw new UnsupportedCapabilityException(
                    "Tables are missing, and making them would commit the application's transaction on some databases; do"
                            + " it before a transaction begins",
                    context,
                    null);
        }
    }

    /** Has a statement run before all others, at the latest with the first of them. */
    void opening(String statement) {
        opening = statement;
    }

    /** Has writes wait that can, to share the way to the server with what comes next. */
    void holdWrites() {
        holds = true;
    }

    boolean holdsWrites() {
        return holds;
    }

    /** Has a write made with the next statement, or with the commit, or when too many wait. */
    void hold(Sql write) throws SQLException {
        if (held.size() == MOST_HELD) {
            connection();
        }
        held.add(write);
    }

    /** Whether the failure may be that of a write that waited, and not of the statement that was run. */
    boolean failedLate() {
        return late;
    }

    /** The connection, ready for any statement. */
    Connection connection() throws SQLException {
        if (opening != null || !held.isEmpty()) {
            together(List.of(), List.of());
        }
        return connection;
    }

    /** Sends what waits if nothing has been sent yet: a dead connection is found while the work may still be run again. */
    void sendFirst() throws SQLException {
        if (opening != null && !held.isEmpty()) {
            connection();
        }
    }

    /** Commits, together with what waits. */
    void commit() throws SQLException {
        if (!held.isEmpty()) {
            hold(new Sql("COMMIT"));
            connection();
        }
        connection.commit();
    }

    /** The connection as it is, to end what was begun on it. */
    Connection lent() {
        return connection;
    }

    /** A table of the catalog, or null if it is empty. */
    @Nullable
    String lockTable() {
        return lockTable;
    }

    void isolate(int level) throws SQLException {
        int now = connection.getTransactionIsolation();
        if (now != level) {
            isolationBefore = now;
            connection.setTransactionIsolation(level);
        }
    }

    /** Where the database is, without what may be secret. */
    String place() throws SQLException {
        return connection.getMetaData().getURL().replaceFirst("[?;].*", "");
    }

    /** Uses a statement that is prepared once for a physical connection, not once for each use. */
    <R> R with(String text, Use<R> use) throws SQLException {
        return prepared(connection(), text, use);
    }

    private <R> R prepared(Connection connection, String text, Use<R> use) throws SQLException {
        if (statements == null) {
            try (PreparedStatement statement = connection.prepareStatement(text)) {
                return use.of(statement);
            }
        }
        StatementCache.Kept kept = statements.take(text);
        R result;
        try {
            result = use.of(kept.statement());
        } catch (SQLException | RuntimeException | Error e) {
            try {
                kept.statement().close();
            } catch (SQLException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
        statements.giveBack(text, kept);
        return result;
    }

    int update(Sql sql) throws SQLException {
        return with(sql.text(), statement -> {
            bind(statement, sql.values());
            return statement.executeUpdate();
        });
    }

    /** Runs the statement once for each list of values and gives the counts. */
    int[] batch(String text, List<List<@Nullable Object>> values) throws SQLException {
        return with(text, statement -> {
            for (List<@Nullable Object> each : values) {
                bind(statement, each);
                statement.addBatch();
            }
            return statement.executeBatch();
        });
    }

    <R extends @Nullable Object> List<R> list(Sql sql, Reader<R> reader) throws SQLException {
        return list(sql.text(), sql.values(), reader);
    }

    <R extends @Nullable Object> List<R> list(String text, List<? extends @Nullable Object> values, Reader<R> reader)
            throws SQLException {
        List<R> found = new ArrayList<>();
        each(text, values, rows -> found.add(reader.read(rows)));
        return found;
    }

    void each(Sql sql, RowSink sink) throws SQLException {
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
        if (opening != null || !held.isEmpty()) {
            together(List.of(new Sql(text).bindAll(values)), List.of(sink));
            return;
        }
        with(text, statement -> {
            bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                return read(rows, sink);
            }
        });
    }

    /**
     * Runs queries, and before them what opens the transaction and what waits, with one way to the server and back. Several
     * statements only on engines that take them at once.
     */
    void together(List<Sql> queries, List<RowSink> sinks) throws SQLException {
        List<Sql> all = new ArrayList<>();
        if (opening != null) {
            all.add(new Sql(opening));
        }
        all.addAll(held);
        int before = all.size();
        all.addAll(queries);
        String text = all.stream().map(Sql::text).collect(Collectors.joining("; "));
        List<@Nullable Object> values = new ArrayList<>();
        all.forEach(each -> values.addAll(each.values()));
        late = !held.isEmpty();
        opening = null;
        held.clear();
        prepared(connection, text, statement -> {
            bind(statement, values);
            statement.execute();
            for (int i = 0; i < before; i++) {
                statement.getMoreResults();
            }
            for (RowSink sink : sinks) {
                read(statement.getResultSet(), sink);
                statement.getMoreResults();
            }
            return before;
        });
        late = false;
    }

    private static boolean read(ResultSet rows, RowSink sink) throws SQLException {
        boolean more = true;
        while (more && rows.next()) {
            more = sink.take(rows);
        }
        return more;
    }

    long number(Sql sql) throws SQLException {
        return list(sql, rows -> rows.getLong(1)).get(0);
    }

    private static void bind(PreparedStatement statement, List<? extends @Nullable Object> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
    }

    /** Says that the connection keeps writes back until the commit, so that queries have to be shown them. */
    void keepBack() {
        keptBack = new Overlay();
    }

    /** What was written and is kept back, or null if writes happen at once. */
    @Nullable
    Overlay keptBack() {
        return keptBack;
    }

    void writing(@Nullable Writing what) {
        writing = what;
    }

    @Nullable
    Writing writing() {
        return writing;
    }

    /** Notes that the unit met another writer and may be run again. */
    void conflict() {
        conflicted = true;
    }

    boolean conflicted() {
        return conflicted;
    }

    /** Whether the unit runs once more, with savepoints, because it was refused for a reason that nobody foresaw. */
    boolean careful() {
        return careful;
    }

    /** Asks that the unit be run once more with savepoints, which cost too much to be set each time. */
    void askForCare() {
        asksForCare = true;
    }

    boolean asksForCare() {
        return asksForCare;
    }

    /** Ends a transaction without effect; the connection is given up if that fails. */
    void rollback() {
        keptBack = null;
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            broken |= !String.valueOf(e.getMessage()).contains("no transaction is active");
        }
    }

    /** Says that the state of the connection is not known. */
    void giveUp() {
        broken = true;
    }

    boolean broken() {
        return broken;
    }

    /** Says that the connection is no longer to be closed here. */
    void forget() {
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
            // What was acknowledged stands; a connection that can't be handed back is the pool's to discard.
            broken = true;
        }
    }
}
