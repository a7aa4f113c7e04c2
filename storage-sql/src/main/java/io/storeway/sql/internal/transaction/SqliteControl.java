package io.storeway.sql.internal.transaction;

import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Sql;
import java.sql.SQLException;

/** Transactions of SQLite: one that writes takes the lock of the database when it begins. */
final class SqliteControl extends TransactionControl {

    @Override
    void begin(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        String anyTable = session.lockTable();
        if (anyTable != null && !session.connection().isReadOnly()) {
            // Takes the write lock now and waits for it. A later change from reading to writing wouldn't wait.
            session.update(new Sql("DELETE FROM " + anyTable + " WHERE 0"));
        }
    }

    /** Takes the write lock first: a transaction that has read couldn't get it any more if another one has written since. */
    @Override
    Runnable beginCreating(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        execute(session.connection(), "COMMIT");
        execute(session.connection(), "BEGIN IMMEDIATE");
        return () -> {};
    }

    @Override
    void beginReading(Session session) throws SQLException {
        execute(session.connection(), "BEGIN DEFERRED");
    }

    @Override
    void endReading(Session session) throws SQLException {
        execute(session.connection(), "COMMIT");
    }
}
