package io.storeway.sql.internal.transaction;

import io.storeway.error.ErrorContext;
import io.storeway.sql.internal.connection.Session;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs all work within one unit, on the unit's thread and until it ends. After a refusal of the database the unit can't succeed. */
public final class UnitExecution implements Execution {

    private final Session session;
    private final Errors errors;
    private final Thread owner = Thread.currentThread();
    private boolean ended;
    private @Nullable RuntimeException doom;

    public UnitExecution(Session session, Errors errors) {
        this.session = session;
        this.errors = errors;
    }

    /**
     * Ends the unit.
     *
     * @throws io.storeway.error.StorageException a refusal of the database after which the work went on regardless
     */
    public void end() {
        ended = true;
        if (doom != null) {
            throw doom;
        }
    }

    @Override
    public <R extends @Nullable Object> R read(Supplier<ErrorContext> context, Work<R> work) {
        return run(context, work);
    }

    @Override
    public <R extends @Nullable Object> R snapshot(Supplier<ErrorContext> context, Work<R> work) {
        return run(context, work);
    }

    @Override
    public <R extends @Nullable Object> R single(Supplier<ErrorContext> context, Work<R> work) {
        return run(context, work);
    }

    @Override
    public <R extends @Nullable Object> R atomic(Supplier<ErrorContext> context, Work<R> work) {
        return run(context, work);
    }

    private <R extends @Nullable Object> R run(Supplier<ErrorContext> context, Work<R> work) {
        if (ended || !Thread.currentThread().equals(owner)) {
            throw new IllegalStateException(
                    "A unit of work is used after its end or by another thread" + context.get());
        }
        if (doom != null) {
            throw doom;
        }
        try {
            return work.with(session);
        } catch (SQLException e) {
            doom = errors.map(e, context.get(), session);
            throw doom;
        } catch (RuntimeException e) {
            if (session.conflicted() || session.asksForCare()) {
                doom = e;
            }
            throw e;
        } finally {
            session.writing(null);
        }
    }
}
