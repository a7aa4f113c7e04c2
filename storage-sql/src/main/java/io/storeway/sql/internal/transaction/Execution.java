package io.storeway.sql.internal.transaction;

import io.storeway.error.ErrorContext;
import io.storeway.sql.internal.connection.Session;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs work on rows: each call as a unit of its own, or all within one unit. The context is only needed for errors. */
public interface Execution {

    /** Work with a session. */
    @FunctionalInterface
    interface Work<R extends @Nullable Object> {
        R with(Session session) throws SQLException;
    }

    /** Runs work that reads by one statement, or by several that needn't see the same state. */
    <R extends @Nullable Object> R read(Supplier<ErrorContext> context, Work<R> work);

    /** Runs work whose reads all see the same state of the database. */
    <R extends @Nullable Object> R snapshot(Supplier<ErrorContext> context, Work<R> work);

    /** Runs work that writes with one statement. */
    <R extends @Nullable Object> R single(Supplier<ErrorContext> context, Work<R> work);

    /** Runs work that writes with several statements, all or none. */
    <R extends @Nullable Object> R atomic(Supplier<ErrorContext> context, Work<R> work);
}
