package io.storeway.testkit;

import io.storeway.Capability;
import java.util.Set;

/**
 * A promise that every storage keeps.
 *
 * @param id a stable name
 * @param title the promise as a sentence
 * @param needs what a storage has to declare for the law to apply; a storage that declines one of them is reported so
 * @param body runs the law and throws an AssertionError if it is broken
 */
record Law(String id, String title, Set<Capability> needs, Body body) {

    /** Runs a law. */
    @FunctionalInterface
    interface Body {
        /** Throws an AssertionError if the law is broken. */
        void run(LawContext context);
    }
}
