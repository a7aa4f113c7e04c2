package io.storeway.kv.internal;

/**
 * A value that can't be read from JSON, or written to it, exactly as it is. An IllegalArgumentException as those of {@link
 * io.storeway.FieldType}; the message says why, without the value. Never leaves the module.
 */
public final class UnfitException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception. Bad records may be many, so there is no stack trace to fill. */
    public UnfitException(String reason) {
        super(reason);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    /** Why. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
