package io.storeway.migrate;

/** A migration can't go on as it was asked to; nothing was written for the step that is refused. */
public final class MigrationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public MigrationException(String message) {
        super(message);
    }
}
