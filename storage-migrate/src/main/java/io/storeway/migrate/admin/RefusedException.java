package io.storeway.migrate.admin;

/** What is asked for can't be done as things stand. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
