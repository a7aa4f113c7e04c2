package io.storeway.error;

import org.jspecify.annotations.Nullable;

/**
 * The write may or may not have happened, for example because the acknowledgement of a commit was lost.
 *
 * <p>Read the record again before deciding: a blind retry may apply a change twice.
 */
public final class UnknownOutcomeException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the context is appended to the message. */
    public UnknownOutcomeException(String message, ErrorContext context, @Nullable Throwable cause) {
        super(message, context, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
