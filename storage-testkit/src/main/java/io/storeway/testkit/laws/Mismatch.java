package io.storeway.testkit.laws;

import org.jspecify.annotations.Nullable;

/**
 * What a list of commands showed.
 *
 * @param what in a sentence
 * @param cause what was thrown and is no answer, or null
 */
record Broken(String what, @Nullable Throwable cause) {

    /** With what leads there. */
    AssertionError failure(String how) {
        return new AssertionError(what + System.lineSeparator() + how, cause);
    }
}
