package io.storeway.testkit.schedule;

/** A program does not offer the same choices as in an earlier run, or not those of the schedule that is replayed. */
public final class UnrepeatableRunException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    UnrepeatableRunException(String message) {
        super(message + ". The program has changed, or depends on time, hash codes or randomness of its own");
    }
}
