package io.storeway.migrate.admin;

/** Ends a run after its page. */
final class PausedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PausedException() {
        super("paused");
    }
}
