package io.storeway.internal;

import io.storeway.error.ErrorContext;
import java.util.function.Supplier;

/**
 * The threads that are writing to a storage. Used to refuse a write on the thread of a unit of work that doesn't belong to the unit: it
 * would be repeated with the unit, and on some engines wait for the unit's end forever. Thread-safe.
 */
public final class WritingThreads {

    private final ThreadLocal<Boolean> writing = new ThreadLocal<>();

    /**
     * Notes that a write begins on this thread, which lasts until {@link #end}.
     *
     * @throws IllegalStateException if this thread is writing already
     */
    public void begin(Supplier<ErrorContext> context) {
        if (writing.get() != null) {
            throw new IllegalStateException(
                    "This thread is within a unit of work of the same storage, and a write beside it"
                            + " would not be part of it; use the unit's own repositories" + context.get());
        }
        writing.set(true);
    }

    /** Notes that the write has ended. */
    public void end() {
        writing.remove();
    }
}
