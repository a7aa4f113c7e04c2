package io.storeway.error;

import org.jspecify.annotations.Nullable;

/**
 * The record or partition was changed by somebody else since it was read. Nothing was changed by this call.
 */
public final class VersionConflictException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the context is appended to the message. */
    public VersionConflictException(String message, ErrorContext context, @Nullable Throwable cause) {
        super(message, context, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
