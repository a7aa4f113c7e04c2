package io.storeway.error;

import org.jspecify.annotations.Nullable;

/**
 * The unit of work was rolled back as a whole, for example by a deadlock or a serialization failure.
 */
public final class TransactionFailedException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the context is appended to the message. */
    public TransactionFailedException(String message, ErrorContext context, @Nullable Throwable cause) {
        super(message, context, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
