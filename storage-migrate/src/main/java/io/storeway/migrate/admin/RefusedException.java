package io.storeway.migrate.admin;

/** A request can't be fulfilled in the present state. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
