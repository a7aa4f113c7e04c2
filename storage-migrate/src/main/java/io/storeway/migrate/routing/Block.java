package io.storeway.migrate.routing;

/**
 * A reason why a migration can't take a step.
 *
 * @param guard the condition that doesn't hold
 * @param reason why it doesn't, as a sentence for people; contains no values of records
 */
public record Block(Guard guard, String reason) {

    /**
     * The conditions of steps. By them a deployment that waits for a step can tell what passes with time, such as {@link
     * #ACKNOWLEDGED}, from what needs an operator, such as {@link #RISKS}.
     */
    public enum Guard {
        /** The stage allows the step at all. */
        STEP,
        /** The migration isn't frozen. */
        FREE,
        /** Nobody else has changed the stage since it was read. */
        UNCHANGED,
        /** Every instance that runs has acknowledged the present epoch. */
        ACKNOWLEDGED,
        /** Every instance that runs has the same catalog. */
        ONE_RELEASE,
        /** The two sides and the control storage can be migrated at all. */
        PREFLIGHT,
        /** Each risk is acknowledged by name. */
        RISKS,
        /** Everything has been copied. */
        COPIED,
        /** Shadow reads have compared enough. */
        COMPARED,
        /** No shadow read differed. */
        AGREEING,
        /** All reads go to the new side. */
        ALL_READS,
        /** No partition is marked any more, and no key of a router is unsettled. */
        SETTLED,
        /** Both sides are equal. */
        EQUAL,
        /** Somebody has waived, by name, the items that a side can't hold. */
        RESIDUE,
        /** The switchover gets done in its time. */
        SWITCH
    }

    @Override
    public String toString() {
        return reason;
    }
}
