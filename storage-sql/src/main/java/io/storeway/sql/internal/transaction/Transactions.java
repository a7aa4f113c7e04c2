package io.storeway.sql.internal.transaction;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.ProxyConnection;
import io.storeway.error.ErrorContext;
import io.storeway.error.SchemaMismatchException;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.internal.WritingThreads;
import io.storeway.sql.internal.connection.PhysicalConnections;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.Failure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs each piece of work as a unit of its own, repeats it after a conflict with another writer, and translates failures. */
public final class Transactions implements Execution {

    /** How many dead connections a pool may lend one after the other, for instance after a server has died. */
    private static final int DEAD_CONNECTIONS = 32;

    private static final long FIRST_BACKOFF_MICROS = 2_000;
    private static final int ATTEMPTS_AFTER_LOSS = 5;

    /** How often a unit in conflict with other writers runs at least, however long that takes. */
    private static final int FEWEST_ATTEMPTS = 5;

    private static final int MOST_ATTEMPTS = 64;

    /** How often tables are made although something of the name exists: made by another process meanwhile, or there for good. */
    private static final int ATTEMPTS_TO_MAKE = 10;

    /** After this time such a unit isn't run again. Some engines refuse at once, others after waiting for a lock. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int MAX_DOUBLINGS = 5;

    private enum Mode {
        READ(false),
        SNAPSHOT(false),
        SINGLE(true),
        ATOMIC(true),
        CREATING(true);

        private final boolean writes;

        Mode(boolean writes) {
            this.writes = writes;
        }
    }

    private final DataSource dataSource;
    private final Dialect dialect;
    private final TransactionControl control;
    private final Errors errors;
    private final PhysicalConnections connections;
    private final @Nullable String lockTable;
    private final Session.Foreign foreign;
    private final WritingThreads writing = new WritingThreads();

    private volatile boolean closed;

    public Transactions(
            DataSource dataSource,
            Dialect dialect,
            Errors errors,
            @Nullable String lockTable,
            Session.Foreign foreign) {
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.control = TransactionControl.of(dialect);
        this.errors = errors;
        this.connections = new PhysicalConnections(dialect);
        this.lockTable = lockTable;
        this.foreign = foreign;
    }

    /** Whether work becomes part of a transaction that the application has begun. */
    public boolean joins() {
        return foreign == Session.Foreign.JOINED;
    }

    public void close() {
        closed = true;
    }

    @Override
    public <R extends @Nullable Object> R read(Supplier<ErrorContext> context, Work<R> work) {
        return run(Mode.READ, context, work);
    }

    @Override
    public <R extends @Nullable Object> R snapshot(Supplier<ErrorContext> context, Work<R> work) {
        return run(Mode.SNAPSHOT, context, work);
    }

    @Override
    public <R extends @Nullable Object> R single(Supplier<ErrorContext> context, Work<R> work) {
        return run(Mode.SINGLE, context, work);
    }

    @Override
    public <R extends @Nullable Object> R atomic(Supplier<ErrorContext> context, Work<R> work) {
        return run(Mode.ATOMIC, context, work);
    }

    /**
     * A look at tables that others may be making. It answers no where the engine fails over a table in the making; who looks again within
     * {@link #creating} sees it whole.
     */
    public boolean sees(Supplier<ErrorContext> context, Work<Boolean> look) {
        try {
            return read(context, look);
        } catch (StorageUnavailableException e) {
            if (dialect.hidesUnfinishedTables()) {
                throw e;
            }
            return false;
        }
    }

    /** As {@link #atomic}, for work that makes tables; no other such work runs on the database at the same time. */
    public <R extends @Nullable Object> R creating(Supplier<ErrorContext> context, Work<R> work) {
        return run(Mode.CREATING, context, work);
    }

    private <R extends @Nullable Object> R run(Mode mode, Supplier<ErrorContext> context, Work<R> work) {
        if (!mode.writes || joins()) {
            return repeat(mode, context, work);
        }
        writing.begin(context);
        try {
            return repeat(mode, context, work);
        } finally {
            writing.end();
        }
    }

    private <R extends @Nullable Object> R repeat(Mode mode, Supplier<ErrorContext> context, Work<R> work) {
        boolean careful = false;
        long began = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            RuntimeException failure;
            try (Session session = open(context, careful)) {
                if (session.joined()) {
                    return JoinedTransaction.run(mode.writes, context, work, session, errors);
                }
                try {
                    return once(mode, context, work, session);
                } catch (SQLException | RuntimeException | Error e) {
                    failure = failure(mode, context.get(), session, e);
                    session.rollback();
                    if (session.broken() && discard(session.lent())) {
                        session.forget();
                    }
                    int attempts = session.conflicted()
                            ? attempts(began, failure)
                            : lostBeforeCommit(mode, session, failure) ? ATTEMPTS_AFTER_LOSS : 0;
                    if (session.asksForCare()) {
                        careful = true;
                        continue;
                    }
                    if (attempt >= attempts) {
                        RuntimeException named = errors.undone(failure, e, session);
                        // The query for the name may have begun a transaction.
                        session.rollback();
                        throw named;
                    }
                }
            }
            // Waits without a connection, so that others can use it.
            if (!backOff(attempt)) {
                throw failure;
            }
        }
    }

    private static int attempts(long began, RuntimeException failure) {
        if (failure instanceof SchemaMismatchException) {
            return ATTEMPTS_TO_MAKE;
        }
        return System.nanoTime() - began < PATIENCE_NANOS ? MOST_ATTEMPTS : FEWEST_ATTEMPTS;
    }

    /** Whether the connection was lost and certainly nothing was changed, so that the work may run again. */
    private static boolean lostBeforeCommit(Mode mode, Session session, RuntimeException failure) {
        return mode != Mode.SINGLE && session.broken() && failure instanceof StorageUnavailableException;
    }

    /**
     * Makes sure that HikariCP doesn't lend a dead connection again. Other pools find that out by themselves.
     *
     * @return whether the pool has taken the connection back by that
     */
    private boolean discard(Connection connection) {
        try {
            // The pool only knows its own connections; one that another data source has wrapped is just closed.
            if (connection instanceof ProxyConnection && dataSource.isWrapperFor(HikariDataSource.class)) {
                dataSource.unwrap(HikariDataSource.class).evictConnection(connection);
                return true;
            }
        } catch (SQLException | RuntimeException e) {
            return false;
        }
        return false;
    }

    private <R extends @Nullable Object> R once(
            Mode mode, Supplier<ErrorContext> context, Work<R> work, Session session) throws SQLException {
        switch (mode) {
            case READ, SINGLE -> {
                return work.with(session);
            }
            case SNAPSHOT -> {
                control.beginReading(session);
                try {
                    return work.with(session);
                } finally {
                    control.endReading(session);
                }
            }
            case ATOMIC -> {
                control.begin(session);
                R result = work.with(session);
                session.writing(null);
                session.held().sendFirst();
                commit(context, session);
                return result;
            }
            case CREATING -> {
                Runnable next = control.beginCreating(session);
                try {
                    R result = work.with(session);
                    commit(context, session);
                    return result;
                } finally {
                    next.run();
                }
            }
        }
        throw new IllegalStateException(mode.name());
    }

    private void commit(Supplier<ErrorContext> context, Session session) throws SQLException {
        try {
            session.commit();
        } catch (SQLException e) {
            Failure.Sort sort = errors.sort(e);
            if (dialect.refusesAtCommit()) {
                if (sort != Failure.Sort.CONFLICT && !session.careful()) {
                    session.askForCare();
                }
                throw e;
            }
            // If the server has refused a write that was sent with the commit, it hasn't run the commit.
            boolean answered =
                    session.held().failedLate() || (sort != Failure.Sort.TIMEOUT && sort != Failure.Sort.UNAVAILABLE);
            if (answered && sort != Failure.Sort.LOST) {
                throw e;
            }
            session.giveUp();
            throw new UnknownOutcomeException(
                    "The commit was not acknowledged; read the records again before deciding",
                    context.get(),
                    dialect.redacted(e));
        }
    }

    private RuntimeException failure(Mode mode, ErrorContext context, Session session, Throwable e) {
        if (e instanceof Error error) {
            session.rollback();
            throw error;
        }
        if (!(Errors.driver(e) instanceof SQLException sql)) {
            return (RuntimeException) e;
        }
        if (mode == Mode.SINGLE && errors.sort(sql) == Failure.Sort.LOST) {
            session.giveUp();
            return new UnknownOutcomeException(
                    "The connection was lost while the write was under way", context, dialect.redacted(sql));
        }
        return errors.map(sql, context, session);
    }

    private Session open(Supplier<ErrorContext> context, boolean careful) {
        if (closed) {
            throw new StorageClosedException("The storage is closed", context.get(), null);
        }
        for (int dead = 1; ; dead++) {
            Connection connection = errors.connect(dataSource, context);
            try {
                return new Session(connection, connections, lockTable, careful, foreign);
            } catch (SQLException | StorageException e) {
                StorageException failure =
                        e instanceof SQLException sql ? errors.map(sql, context.get(), null) : (StorageException) e;
                boolean lost = e instanceof SQLException sql && errors.sort(sql) == Failure.Sort.LOST;
                if (!lost || !discard(connection)) {
                    try {
                        connection.close();
                    } catch (SQLException closing) {
                        failure.addSuppressed(closing);
                    }
                }
                if (!lost || dead == DEAD_CONNECTIONS) {
                    throw failure;
                }
            }
        }
    }

    /** Waits a random time that grows with the attempts; returns false if the thread is interrupted. */
    private static boolean backOff(int attempt) {
        long bound = TimeUnit.MICROSECONDS.toNanos(FIRST_BACKOFF_MICROS << Math.min(attempt - 1, MAX_DOUBLINGS));
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(bound / 2, bound));
        return !Thread.currentThread().isInterrupted();
    }
}
