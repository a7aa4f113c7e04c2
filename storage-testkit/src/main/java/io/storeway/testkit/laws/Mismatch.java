package io.storeway.testkit.laws;

import org.jspecify.annotations.Nullable;

/**
 * An answer of a storage or a store that is not the one expected.
 *
 * @param what the command and both answers, as a sentence
 * @param cause the exception if one was thrown instead of an answer, or null
 */
record Mismatch(String what, @Nullable Throwable cause) {

    /** The failure of a law, with the commands that lead to the mismatch. */
    AssertionError failure(String how) {
        return new AssertionError(what + System.lineSeparator() + how, cause);
    }
}
