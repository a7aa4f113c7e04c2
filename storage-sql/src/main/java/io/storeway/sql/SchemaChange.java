package io.storeway.sql;

import java.util.List;

/**
 * One step from the existing tables to those that entity types declare.
 *
 * @param table the table
 * @param what what the step does, and what to pay attention to
 * @param phase when to apply it
 * @param losesData whether values can be lost or altered
 * @param statements the SQL in order, with comments that begin with two hyphens
 */
public record SchemaChange(String table, String what, Phase phase, boolean losesData, List<String> statements) {

    /** When to apply a step, while an old release of the application is replaced by a new one. */
    public enum Phase {
        /** Before the first instance of the new release starts. Running instances of the old one aren't disturbed. */
        EXPAND,
        /** While no instance of either release runs. */
        STANDSTILL,
        /** After the last instance of the old release has ended. The new release works without it. */
        CONTRACT
    }

    /** Copies the list. */
    public SchemaChange {
        statements = List.copyOf(statements);
    }

    /** Whether instances of the old release can go on running. */
    public boolean safeWithOldCode() {
        return phase == Phase.EXPAND;
    }
}
