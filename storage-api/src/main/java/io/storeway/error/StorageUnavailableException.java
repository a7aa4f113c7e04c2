package io.storeway.error;

import org.jspecify.annotations.Nullable;

/**
 * The backend can't be reached or can't work at present, and it is certain that nothing was changed.
 */
public final class StorageUnavailableException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the context is appended to the message. */
    public StorageUnavailableException(String message, ErrorContext context, @Nullable Throwable cause) {
        super(message, context, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
