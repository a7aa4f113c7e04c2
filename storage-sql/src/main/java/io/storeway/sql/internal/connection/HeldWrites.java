package io.storeway.sql.internal.connection;

import io.storeway.sql.internal.dialect.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds statements back to send them in one round trip with the next statement of a transaction: the one that opens it, and writes whose
 * result nobody needs yet. Only for engines that take several statements at once. Not thread-safe.
 */
public final class HeldWrites {

    /** The most writes sent at once. The driver caches each statement text, and each number of writes has a text of its own. */
    private static final int MOST = 16;

    private final Statements statements;
    /** A write with the number of rows that the database has to report. */
    private record Write(Sql sql, int rows) {}

    private final List<Write> writes = new ArrayList<>();
    private @Nullable String opening;
    private boolean holds;
    private boolean late;

    HeldWrites(Statements statements) {
        this.statements = statements;
    }

    /** Takes a statement to run before all others. */
    public void opening(String statement) {
        opening = statement;
    }

    /** Allows writes to wait from now on. */
    public void begin() {
        holds = true;
    }

    /** Whether writes wait. */
    public boolean holds() {
        return holds;
    }

    /**
     * Takes a write, which is sent with the next statement, with the commit, or when too many wait.
     *
     * @param rows the number of rows that the database has to report
     */
    public void hold(Sql write, int rows) throws SQLException {
        if (writes.size() == MOST) {
            send();
        }
        writes.add(new Write(write, rows));
    }

    /** Whether a failure may be that of a write that waited, and not of the statement it was sent with. */
    public boolean failedLate() {
        return late;
    }

    /** Whether anything waits. */
    boolean waiting() {
        return opening != null || !writes.isEmpty();
    }

    /** Sends what waits. */
    void send() throws SQLException {
        if (waiting()) {
            together(List.of(), List.of());
        }
    }

    /** Sends what waits if nothing was sent yet, to find out about a dead connection while the work can still be run again. */
    public void sendFirst() throws SQLException {
        if (opening != null && !writes.isEmpty()) {
            send();
        }
    }

    /** Sends what waits together with the commit. */
    void sendLast() throws SQLException {
        if (!writes.isEmpty()) {
            if (writes.size() == MOST) {
                send();
            }
            together(List.of(new Sql("COMMIT")), List.of());
        }
    }

    /** Runs queries or the commit, after what waits, in one round trip. */
    public void together(List<Sql> last, List<Session.RowSink> sinks) throws SQLException {
        List<Write> sent = new ArrayList<>(writes);
        if (opening != null) {
            sent.add(0, new Write(new Sql(opening), 0));
        }
        List<Sql> all = new ArrayList<>();
        sent.forEach(write -> all.add(write.sql()));
        all.addAll(last);
        String text = all.stream().map(Sql::text).collect(Collectors.joining("; "));
        List<@Nullable Object> values = new ArrayList<>();
        all.forEach(each -> values.addAll(each.values()));
        late = !writes.isEmpty();
        opening = null;
        writes.clear();
        boolean whole = statements.with(text, statement -> {
            Statements.bind(statement, values);
            statement.execute();
            boolean counted = true;
            for (Write write : sent) {
                counted &= statement.getUpdateCount() >= write.rows();
                statement.getMoreResults();
            }
            for (Session.RowSink sink : sinks) {
                Statements.read(statement.getResultSet(), sink);
                statement.getMoreResults();
            }
            return counted;
        });
        boolean committed = last.size() > sinks.size();
        late &= !whole && !committed;
        if (!whole) {
            throw new LeftOutException(committed);
        }
    }
}
