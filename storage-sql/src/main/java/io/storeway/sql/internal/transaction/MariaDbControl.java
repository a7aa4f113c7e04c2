package io.storeway.sql.internal.transaction;

import io.storeway.sql.internal.connection.Session;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;

/** Transactions of MariaDB. */
final class MariaDbControl extends TransactionControl {

    /** The name of the lock for making tables in a database. Locks are global to the server, so it contains the database's name. */
    private static final String CREATING = "CONCAT('storeway.', MD5(DATABASE()))";

    /** Makes MariaDB refuse a change of a row that another unit has changed since this one began. */
    @Override
    void begin(Session session) throws SQLException {
        session.isolate(Connection.TRANSACTION_REPEATABLE_READ);
        session.connection().setAutoCommit(false);
        execute(session.connection(), "SET SESSION innodb_snapshot_isolation = ON");
    }

    /** Making a table commits, so the lock is one of the connection. */
    @Override
    Runnable beginCreating(Session session) throws SQLException {
        begin(session);
        try (Statement statement = session.connection().createStatement();
                ResultSet locked = statement.executeQuery("SELECT GET_LOCK(" + CREATING + ", 60)")) {
            if (!locked.next() || locked.getInt(1) != 1) {
                throw new SQLTimeoutException("Another storage takes too long to make its tables");
            }
        }
        return () -> {
            try {
                execute(session.lent(), "DO RELEASE_LOCK(" + CREATING + ")");
            } catch (SQLException e) {
                // It ends with the connection.
                session.giveUp();
            }
        };
    }

    @Override
    void beginReading(Session session) throws SQLException {
        session.isolate(Connection.TRANSACTION_REPEATABLE_READ);
        session.connection().setAutoCommit(false);
        execute(session.connection(), "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    }

    @Override
    void endReading(Session session) throws SQLException {
        session.connection().commit();
    }
}
