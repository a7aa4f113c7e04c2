package io.storeway.sql.internal.d1;

import io.storeway.Json;
import io.storeway.internal.cloudflare.Request.Effect;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction. D1 has none over several requests, so reads are made at once, and writes are kept back and sent as one batch by the
 * commit.
 *
 * <p>A row of the table {@code storeway_commit} counts the commits of all writers that use this class. Each read also reads the count, and
 * the batch begins by increasing it; if it isn't the count that was read, the whole batch fails. So everything that a transaction reads
 * is one state of the database, and the state that its commit changes. Not thread-safe.
 */
final class Transaction {

    private static final Statement COUNT = Statement.of("SELECT n FROM storeway_commit WHERE id = 0");
    private static final Statement STEP = Statement.of("UPDATE storeway_commit SET n = n + 1");
    /** Breaks a constraint, and so undoes the batch, if the statement before has changed nothing. */
    private static final Statement CHANGED =
            Statement.of("UPDATE storeway_commit SET n = CASE WHEN changes() > 0 THEN n END");
    /** Always breaks a constraint, so that a batch is tried without effect. */
    private static final Statement REHEARSAL = Statement.of("UPDATE storeway_commit SET rehearsal = 1");

    private static final List<Statement> CREATION = List.of(
            Statement.of("CREATE TABLE IF NOT EXISTS storeway_commit (id INTEGER PRIMARY KEY, n INTEGER NOT NULL,"
                    + " rehearsal INTEGER, CONSTRAINT storeway_rehearsal CHECK (rehearsal IS NULL)) STRICT"),
            Statement.of("INSERT OR IGNORE INTO storeway_commit (id, n) VALUES (0, 0)"));

    private static final String OTHER_COUNT = "NOT NULL constraint failed: storeway_commit.n";
    private static final String REHEARSED = "CHECK constraint failed: storeway_rehearsal";
    private static final String NO_COUNT = "no such table: storeway_commit";

    private final Database database;
    private final List<Statement> pending = new ArrayList<>();
    private @Nullable Long count;
    private boolean rehearsing;

    Transaction(Database database) {
        this.database = database;
    }

    /** Writes at once, in a transaction of its own. */
    static int write(Database database, Statement statement) throws SQLException {
        return counted(
                database,
                () -> database.run(Effect.ONCE, List.of(STEP, statement)).get(1).changes());
    }

    /** Reads the same state of the database as all other reads of the transaction. */
    Result read(Statement statement) throws SQLException {
        if (database.counted()) {
            try {
                List<Result> both = database.run(Effect.NONE, List.of(COUNT, statement));
                see(both.get(0));
                return both.get(1);
            } catch (SQLException e) {
                if (!Refusal.says(e, NO_COUNT)) {
                    throw e;
                }
                database.counted(false);
            }
        }
        // Without a counter nobody has written yet, and the count is that of a new one.
        List<Result> both = database.run(
                Effect.NONE,
                List.of(Statement.of("SELECT name FROM sqlite_master WHERE name = 'storeway_commit'"), statement));
        if (!both.get(0).rows().isEmpty()) {
            database.counted(true);
            throw Refusal.conflict();
        }
        see(new Result(List.of(), 0));
        return both.get(1);
    }

    private void see(Result counter) throws SQLException {
        long seen = counter.rows().isEmpty() || !(counter.rows().get(0).get("n") instanceof Json.Num n)
                ? 0
                : n.value().longValue();
        if (count != null && count != seen) {
            throw Refusal.conflict();
        }
        count = seen;
    }

    /**
     * Keeps a statement for the commit.
     *
     * @throws SQLException if writes are rehearsed and the database would refuse this one
     */
    void write(Statement statement) throws SQLException {
        int before = pending.size();
        pending.add(statement);
        if (statement.sql().startsWith("UPDATE ")) {
            pending.add(CHANGED);
        }
        if (rehearsing) {
            try {
                rehearse();
            } catch (SQLException e) {
                forget(before);
                throw e;
            }
        }
    }

    /** Rehearses each write from now on: tries it, with those before it and without effect, to find out whether it is refused. */
    int rehearsed() {
        rehearsing = true;
        return pending.size();
    }

    /** Drops the writes from an index on. */
    void forget(int from) {
        pending.subList(from, pending.size()).clear();
    }

    private void rehearse() throws SQLException {
        try {
            List<Statement> batch = batch();
            batch.add(REHEARSAL);
            counted(database, () -> database.run(Effect.NONE, batch).size());
        } catch (SQLException e) {
            if (!Refusal.says(e, REHEARSED)) {
                throw e;
            }
            return;
        }
        throw new SQLException("A rehearsal was not undone: the table storeway_commit is not as Storeway makes it");
    }

    private List<Statement> batch() {
        List<Statement> batch = new ArrayList<>();
        batch.add(step());
        batch.addAll(pending);
        return batch;
    }

    private Statement step() {
        return count == null
                ? STEP
                : Statement.of("UPDATE storeway_commit SET n = CASE WHEN n = " + count + " THEN n + 1 END");
    }

    /** Changes the schema at once, as a commit of its own. Later reads see the state after it. */
    void define(Statement statement) throws SQLException {
        counted(
                database,
                () -> database.run(Effect.ONCE, List.of(step(), statement)).size());
        count = count == null ? null : count + 1;
    }

    void commit() throws SQLException {
        if (!pending.isEmpty()) {
            counted(database, () -> database.run(Effect.ONCE, batch()).size());
        }
    }

    private interface Write {
        int run() throws SQLException;
    }

    /** Writes, after making the counter if there is none. */
    private static int counted(Database database, Write write) throws SQLException {
        while (true) {
            if (!database.counted()) {
                database.run(Effect.REPEATABLE, CREATION);
                database.counted(true);
            }
            try {
                return write.run();
            } catch (SQLException e) {
                if (Refusal.says(e, OTHER_COUNT)) {
                    throw Refusal.conflict();
                }
                if (!Refusal.says(e, NO_COUNT)) {
                    throw e;
                }
                database.counted(false);
            }
        }
    }
}
