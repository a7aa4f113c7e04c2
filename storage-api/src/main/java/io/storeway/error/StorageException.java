package io.storeway.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of the exceptions that a storage throws if it can't do a call, because of the records, the backend or the circumstances. A
 * misuse of the API, which no storage could do, throws an {@link IllegalArgumentException} or an {@link IllegalStateException} instead.
 *
 * <p>The class says what a caller can do about it; the {@linkplain #context() context} says where it happened. Messages contain neither
 * values of records nor credentials.
 */
public abstract sealed class StorageException extends RuntimeException
        permits ConstraintViolationException,
                InvalidValueException,
                RecordNotFoundException,
                SchemaMismatchException,
                StorageClosedException,
                StorageTimeoutException,
                StorageUnavailableException,
                TransactionFailedException,
                UnknownOutcomeException,
                UnsupportedCapabilityException,
                VersionConflictException {

    private static final long serialVersionUID = 1L;

    private final ErrorContext context;

    StorageException(String message, ErrorContext context, @Nullable Throwable cause) {
        super(message + context, cause);
        this.context = context;
    }

    /** The operation, backend, entity type and redacted key. */
    public ErrorContext context() {
        return context;
    }

    /** Whether the same call, made again later without any change, may succeed. */
    public abstract boolean retryable();
}
