package io.storeway.testkit.history;

import org.jspecify.annotations.Nullable;

/**
 * One operation on one key, as its client saw it.
 *
 * @param key the key
 * @param kind what was done
 * @param expected the value that a COMPARE_AND_SET asks for, else null
 * @param value the value written or read; null for no value
 * @param invoked when it began, as a number that orders all begins and ends
 * @param returned when it was known to have ended, likewise; {@link #NEVER} if its outcome is unknown
 */
public record Operation(
        String key,
        Kind kind,
        @Nullable Object expected,
        @Nullable Object value,
        long invoked,
        long returned) {

    /** The end of an operation with unknown outcome: it may take effect at any later time, or never. */
    public static final long NEVER = Long.MAX_VALUE;

    /** What an operation does. */
    public enum Kind {
        /** Returns the value. */
        READ,
        /** Sets the value, or deletes it. */
        WRITE,
        /** Sets the value if the expected one was there. */
        COMPARE_AND_SET,
        /** A COMPARE_AND_SET that found another value than the expected one. */
        COMPARE_FAILED
    }

    boolean known() {
        return returned != NEVER;
    }

    @Override
    public String toString() {
        String what = switch (kind) {
            case READ -> "read " + value;
            case WRITE -> "write " + value;
            case COMPARE_AND_SET -> "set " + expected + " to " + value;
            case COMPARE_FAILED -> "find other than " + expected;
        };
        return what + " [" + invoked + ", " + (known() ? returned : "?") + "]";
    }
}
