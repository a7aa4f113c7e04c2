package io.storeway.sql.internal.transaction;

import io.storeway.sql.internal.connection.Session;
import java.sql.SQLException;

/** Transactions of PostgreSQL, which begin together with their first statement. */
final class PostgresControl extends TransactionControl {

    /** The number of the advisory lock for making tables: the name of this library in ASCII. */
    private static final long CREATING = 0x53746f7265776179L;

    /** Repeatable read makes PostgreSQL refuse a change of a row that another unit has changed since this one began. */
    @Override
    void begin(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        session.held().opening("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        if (!session.careful()) {
            session.held().begin();
        }
    }

    /** Each statement has to see what was committed while this one waited for the lock, which ends with the transaction. */
    @Override
    Runnable beginCreating(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        session.held().opening("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
        execute(session.connection(), "SELECT pg_advisory_xact_lock(" + CREATING + ")");
        return () -> {};
    }

    @Override
    void beginReading(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        session.held().opening("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    }

    @Override
    void endReading(Session session) throws SQLException {
        session.lent().commit();
    }
}
