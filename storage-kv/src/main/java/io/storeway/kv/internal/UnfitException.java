package io.storeway.kv.internal;

/**
 * A value can't be read from JSON, or written to it, exactly as it is. The message says why, without the value. An
 * IllegalArgumentException like those of {@link io.storeway.FieldType}. Never leaves the module.
 */
public final class UnfitException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception without a stack trace, because there may be many bad records. */
    public UnfitException(String reason) {
        super(reason);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    /** The reason. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
