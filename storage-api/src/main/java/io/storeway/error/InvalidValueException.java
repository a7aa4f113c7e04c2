package io.storeway.error;

import org.jspecify.annotations.Nullable;

/**
 * A value or a stored blob can't be taken exactly as it is. Nothing was changed.
 *
 * <p>Thrown before any effect when a caller gives a value that its field can't hold, and when a stored blob or column
 * doesn't fit its layout.
 */
public final class InvalidValueException extends StorageException {

    private static final long serialVersionUID = 1L;

    private final String where;
    private final String reason;

    /**
     * Creates the exception.
     *
     * @param where the field, or the position within a blob
     * @param reason why the value is refused, without the value
     */
    public InvalidValueException(String where, String reason, ErrorContext context, @Nullable Throwable cause) {
        super(where + ": " + reason, context, cause);
        this.where = where;
        this.reason = reason;
    }

    /** The field, or the position within a blob. */
    public String where() {
        return where;
    }

    /** Why the value is refused, without the value. */
    public String reason() {
        return reason;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
