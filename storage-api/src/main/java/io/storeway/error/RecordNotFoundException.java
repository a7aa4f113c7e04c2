package io.storeway.error;

import org.jspecify.annotations.Nullable;

/**
 * There is no record with the key of an update. Nothing was changed.
 */
public final class RecordNotFoundException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the context is appended to the message. */
    public RecordNotFoundException(String message, ErrorContext context, @Nullable Throwable cause) {
        super(message, context, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
