package io.storeway.sql.internal.transaction;

import io.storeway.error.ErrorContext;
import io.storeway.sql.internal.connection.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs work as a part of a transaction that the application has begun and will end. Runs it once; if it fails, its writes are undone, so
 * that the transaction can go on.
 */
final class JoinedTransaction {

    private JoinedTransaction() {}

    static <R extends @Nullable Object> R run(
            boolean writes, Supplier<ErrorContext> context, Execution.Work<R> work, Session session, Errors errors) {
        Connection connection = session.lent();
        Savepoint before = null;
        try {
            before = writes ? connection.setSavepoint() : null;
            R result = work.with(session);
            if (before != null) {
                connection.releaseSavepoint(before);
            }
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            // The database is asked for the broken reference before the writes are undone.
            Throwable failure = named(e, context.get(), session, errors);
            undo(connection, before, failure);
            if (failure instanceof Error error) {
                throw error;
            }
            throw errors.undone((RuntimeException) failure, e, session);
        }
    }

    private static Throwable named(Throwable e, ErrorContext context, Session session, Errors errors) {
        return Errors.driver(e) instanceof SQLException sql ? errors.map(sql, context, session) : e;
    }

    private static void undo(Connection connection, @Nullable Savepoint before, Throwable failure) {
        if (before == null) {
            return;
        }
        try {
            connection.rollback(before);
        } catch (SQLException e) {
            // The engine has rolled the transaction back by itself, or the connection is gone.
            failure.addSuppressed(e);
        }
    }
}
