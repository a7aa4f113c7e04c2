package io.storeway.internal;

import io.storeway.error.ErrorContext;
import java.util.function.Supplier;

/**
 * The threads that write to a storage. A write beside a unit of work, on its own thread, is refused: it would be no part of the unit, be
 * made again when the unit runs again, and on some engines wait for the unit's end. Thread-safe.
 */
public final class WritingThreads {

    private final ThreadLocal<Boolean> writing = new ThreadLocal<>();

    /**
     * A write begins on this thread, until {@link #end}.
     *
     * @throws IllegalStateException if one runs already
     */
    public void begin(Supplier<ErrorContext> context) {
        if (writing.get() != null) {
            throw new IllegalStateException(
                    "This thread is within a unit of work of the same storage, and a write beside it"
                            + " would not be part of it; use the unit's own repositories" + context.get());
        }
        writing.set(true);
    }

    /** The write has ended. */
    public void end() {
        writing.remove();
    }
}
