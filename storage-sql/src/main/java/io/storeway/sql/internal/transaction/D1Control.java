package io.storeway.sql.internal.transaction;

import io.storeway.sql.internal.connection.Session;
import java.sql.SQLException;

/** Transactions of Cloudflare D1: reads happen at once, and writes are kept back until the commit. */
final class D1Control extends TransactionControl {

    @Override
    void begin(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        if (session.careful()) {
            session.connection().setSavepoint();
        }
        session.keepBack();
    }

    @Override
    Runnable beginCreating(Session session) throws SQLException {
        begin(session);
        return () -> {};
    }

    @Override
    void beginReading(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
    }

    @Override
    void endReading(Session session) throws SQLException {
        session.connection().setAutoCommit(true);
    }
}
