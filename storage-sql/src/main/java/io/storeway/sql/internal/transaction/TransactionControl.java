package io.storeway.sql.internal.transaction;

import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** How an engine begins and ends the transactions of sessions. Thread-safe. */
abstract sealed class TransactionControl permits SqliteControl, D1Control, H2Control, PostgresControl, MariaDbControl {

    static TransactionControl of(Dialect dialect) {
        return switch (dialect.name()) {
            case "sqlite" -> new SqliteControl();
            case "d1" -> new D1Control();
            case "h2" -> new H2Control();
            case "postgresql" -> new PostgresControl();
            case "mariadb" -> new MariaDbControl();
            default -> throw new IllegalArgumentException(dialect.name());
        };
    }

    /** Begins a transaction that will write. */
    abstract void begin(Session session) throws SQLException;

    /**
     * Begins a transaction that makes tables. Waits until no other storage makes tables in this database, and sees what others have made.
     *
     * @return run afterwards to let the next storage go on, if the end of the transaction doesn't
     */
    abstract Runnable beginCreating(Session session) throws SQLException;

    /** Begins a transaction that reads one state of the database. */
    abstract void beginReading(Session session) throws SQLException;

    /** Ends what {@link #beginReading} began. */
    abstract void endReading(Session session) throws SQLException;

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
