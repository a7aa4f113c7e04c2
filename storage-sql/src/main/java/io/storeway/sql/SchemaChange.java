package io.storeway.sql;

import java.util.List;

/**
 * One step from the tables that are there to those that entity types declare.
 *
 * @param table the table
 * @param what what the step does, and what to mind
 * @param phase when it is to be applied
 * @param losesData whether values can be lost or altered
 * @param statements the SQL in order; comments among it begin with two hyphens
 */
public record SchemaChange(String table, String what, Phase phase, boolean losesData, List<String> statements) {

    /** When a step is applied while code of an old release is replaced by that of a new one. */
    public enum Phase {
        /** Before the first instance of the new release starts. Instances of the old one that run go on. */
        EXPAND,
        /** While no instance of either release runs. */
        STANDSTILL,
        /** After the last instance of the old release has ended. The new one doesn't wait for it. */
        CONTRACT
    }

    /** Copies the list. */
    public SchemaChange {
        statements = List.copyOf(statements);
    }

    /** Whether running code of the old release can go on. */
    public boolean safeWithOldCode() {
        return phase == Phase.EXPAND;
    }
}
