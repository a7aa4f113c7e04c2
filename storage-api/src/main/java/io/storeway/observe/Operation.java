package io.storeway.observe;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that has ended. Contains names of types, never keys or values, so that it can be used for tags and labels.
 *
 * @param storage the name of the storage
 * @param entity the name of the entity type, or {@code *} for a unit of work, which may touch several
 * @param kind what was done
 * @param rows how many rows were given, found, counted or removed; 0 for a unit of work and for a call that failed
 * @param nanos how long it took
 * @param error what it threw, or null
 */
public record Operation(
        String storage,
        String entity,
        Kind kind,
        long rows,
        long nanos,
        @Nullable Throwable error) {

    /** The entity of a unit of work. */
    public static final String ANY = "*";

    /** What a call does. */
    public enum Kind {
        /** Adds rows. */
        INSERT(true),
        /** Replaces rows that are there. */
        UPDATE(true),
        /** Writes rows whether they are there or not. */
        SAVE(true),
        /** Adds rows behind the last of a partition. */
        APPEND(true),
        /** Deletes rows by key. */
        DELETE(true),
        /** Writes a whole partition. */
        REPLACE(true),
        /** Removes expired rows. */
        PURGE(true),
        /** Reads by key. */
        FIND(false),
        /** Reads a partition with its version. */
        SNAPSHOT(false),
        /** Reads by conditions. */
        QUERY(false),
        /** Counts by conditions. */
        COUNT(false),
        /** Runs a unit of work. The calls within the unit are reported too. */
        TRANSACT(true);

        private final boolean write;

        Kind(boolean write) {
            this.write = write;
        }

        /** Whether it changes anything. */
        public boolean write() {
            return write;
        }
    }

    /** The simple name of the exception's class, or of the first superclass that has one; empty if the call succeeded. */
    public Optional<String> failure() {
        if (error == null) {
            return Optional.empty();
        }
        Class<?> named = error.getClass();
        while (named.isAnonymousClass()) {
            named = named.getSuperclass();
        }
        return Optional.of(named.getSimpleName());
    }
}
