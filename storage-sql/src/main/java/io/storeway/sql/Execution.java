package io.storeway.sql;

import io.storeway.error.ErrorContext;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where work on rows runs: each call a unit of its own, or all within one unit. The context is asked for by errors only. */
interface Execution {

    /** Work with a session. */
    @FunctionalInterface
    interface Work<R extends @Nullable Object> {
        R with(Session session) throws SQLException;
    }

    /** Runs work that reads with one statement, or whose statements need not agree. */
    <R extends @Nullable Object> R read(Supplier<ErrorContext> context, Work<R> work);

    /** Runs work that reads one state of the database. */
    <R extends @Nullable Object> R snapshot(Supplier<ErrorContext> context, Work<R> work);

    /** Runs work that writes with one statement. */
    <R extends @Nullable Object> R single(Supplier<ErrorContext> context, Work<R> work);

    /** Runs work that writes with several statements, all or none. */
    <R extends @Nullable Object> R atomic(Supplier<ErrorContext> context, Work<R> work);
}
