package io.storeway.internal;

import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;

/** A library that is used only if the application has it. */
public final class Library {

    private Library() {}

    /**
     * Checks that a class of a library can be found by the class that uses it.
     *
     * @throws UnsupportedCapabilityException if it can't; the message says what to add
     */
    public static void require(String name, String className, String dependency, Class<?> user) {
        try {
            Class.forName(className, false, user.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new UnsupportedCapabilityException(
                    name + " is missing; add the dependency " + dependency, ErrorContext.of("open"), e);
        }
    }
}
