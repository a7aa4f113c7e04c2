package io.storeway.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that a storage throws on purpose.
 *
 * <p>The class says what a caller can do about it; the {@linkplain #context() context} says where it happened. Messages
 * hold neither values of records nor credentials.
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
