package io.storeway.sql.internal.transaction;

import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Transactions of H2. */
final class H2Control extends TransactionControl {

    /** Locks for making tables; each database uses one of them. */
    private static final Lock[] CREATING =
            Stream.generate(ReentrantLock::new).limit(16).toArray(Lock[]::new);

    /**
     * Uses SERIALIZABLE, with which H2 refuses to change a row that another unit has changed since this one began. REPEATABLE READ does so
     * too, but sees each table in the state of its first use.
     */
    @Override
    void begin(Session session) throws SQLException {
        session.isolate(Connection.TRANSACTION_SERIALIZABLE);
        session.connection().setAutoCommit(false);
    }

    /**
     * Takes a lock of this process, as a file is open in only one process. H2 itself has no lock that is kept over a statement that makes a
     * table, and shows the table to others before it has its constraints.
     */
    @Override
    Runnable beginCreating(Session session) throws SQLException {
        String database = session.list(
                        new Sql("SELECT COALESCE(DATABASE_PATH(), DATABASE())"), rows -> rows.getString(1))
                .get(0);
        Lock creating = CREATING[Math.floorMod(database.hashCode(), CREATING.length)];
        begin(session);
        creating.lock();
        return creating::unlock;
    }

    @Override
    void beginReading(Session session) throws SQLException {
        begin(session);
    }

    @Override
    void endReading(Session session) throws SQLException {
        session.connection().commit();
    }
}
