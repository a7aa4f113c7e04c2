package io.storeway.sql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What waits to share the way to the server with the next statement of a transaction: what opens it, and writes whose
 * answer nobody waits for. Only on engines that take several statements at once. Not thread-safe.
 */
final class HeldWrites {

    /** More are sent in parts: their text is kept by the driver, and each number of them has a text of its own. */
    private static final int MOST = 16;

    private final Statements statements;
    private final List<Sql> writes = new ArrayList<>();
    private @Nullable String opening;
    private boolean holds;
    private boolean late;

    HeldWrites(Statements statements) {
        this.statements = statements;
    }

    /** Has a statement run before all others, at the latest with the first of them. */
    void opening(String statement) {
        opening = statement;
    }

    /** Has writes wait that can. */
    void begin() {
        holds = true;
    }

    /** Whether writes wait. */
    boolean holds() {
        return holds;
    }

    /** Has a write made with the next statement, or with the commit, or when too many wait. */
    void hold(Sql write) throws SQLException {
        if (writes.size() == MOST) {
            send();
        }
        writes.add(write);
    }

    /** Whether the failure may be that of a write that waited, and not of the statement that was run. */
    boolean failedLate() {
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

    /** Sends what waits if nothing has been sent yet: a dead connection is found while the work may still be run again. */
    void sendFirst() throws SQLException {
        if (opening != null && !writes.isEmpty()) {
            send();
        }
    }

    /** Sends what waits together with the commit. */
    void sendLast() throws SQLException {
        if (!writes.isEmpty()) {
            hold(new Sql("COMMIT"));
            send();
        }
    }

    /** Runs queries, and before them what waits, with one way to the server and back. */
    void together(List<Sql> queries, List<Session.RowSink> sinks) throws SQLException {
        List<Sql> all = new ArrayList<>();
        if (opening != null) {
            all.add(new Sql(opening));
        }
        all.addAll(writes);
        int before = all.size();
        all.addAll(queries);
        String text = all.stream().map(Sql::text).collect(Collectors.joining("; "));
        List<@Nullable Object> values = new ArrayList<>();
        all.forEach(each -> values.addAll(each.values()));
        late = !writes.isEmpty();
        opening = null;
        writes.clear();
        statements.with(text, statement -> {
            Statements.bind(statement, values);
            statement.execute();
            for (int i = 0; i < before; i++) {
                statement.getMoreResults();
            }
            for (Session.RowSink sink : sinks) {
                Statements.read(statement.getResultSet(), sink);
                statement.getMoreResults();
            }
            return before;
        });
        late = false;
    }
}
