package io.storeway.testkit.schedule;

/** A program does not offer the choices it offered before, or those of the schedule it is replayed with. */
public final class UnrepeatableRunException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    UnrepeatableRunException(String message) {
        super(message + ". The program has changed, or takes decisions of its own by time, hash codes or randomness");
    }
}
