package io.storeway.error;

import org.jspecify.annotations.Nullable;

/**
 * The storage was used after its {@code close()}. Nothing was changed.
 */
public final class StorageClosedException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the context is appended to the message. */
    public StorageClosedException(String message, ErrorContext context, @Nullable Throwable cause) {
        super(message, context, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
