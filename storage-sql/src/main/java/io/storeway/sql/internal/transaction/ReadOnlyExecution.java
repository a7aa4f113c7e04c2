package io.storeway.sql.internal.transaction;

import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Refuses all writes, because the database was opened read-only. */
public record ReadOnlyExecution(Execution execution) implements Execution {

    @Override
    public <R extends @Nullable Object> R read(Supplier<ErrorContext> context, Work<R> work) {
        return execution.read(context, work);
    }

    @Override
    public <R extends @Nullable Object> R snapshot(Supplier<ErrorContext> context, Work<R> work) {
        return execution.snapshot(context, work);
    }

    @Override
    public <R extends @Nullable Object> R single(Supplier<ErrorContext> context, Work<R> work) {
        throw refused(context.get());
    }

    @Override
    public <R extends @Nullable Object> R atomic(Supplier<ErrorContext> context, Work<R> work) {
        throw refused(context.get());
    }

    private static UnsupportedCapabilityException refused(ErrorContext context) {
        return new UnsupportedCapabilityException("The database was opened read-only", context, null);
    }
}
