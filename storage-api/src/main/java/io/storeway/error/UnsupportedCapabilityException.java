package io.storeway.error;

import org.jspecify.annotations.Nullable;

/**
 * The backend declines what was asked for, as its {@linkplain io.storeway.Storage#capabilities() capabilities} say.
 * Nothing was changed.
 */
public final class UnsupportedCapabilityException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the context is appended to the message. */
    public UnsupportedCapabilityException(String message, ErrorContext context, @Nullable Throwable cause) {
        super(message, context, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
