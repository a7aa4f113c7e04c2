package io.storeway.migrate.routing;

/**
 * What keeps a migration from a step.
 *
 * @param guard what asks for something that is not so
 * @param reason why, in a sentence for people, without values
 */
public record Block(Guard guard, String reason) {

    /** What has to hold for a step; a deployment that waits for a step can tell by it what time or an operator will mend. */
    public enum Guard {
        /** There is such a step from the stage. */
        STEP,
        /** The migration isn't frozen. */
        FREE,
        /** Nobody else has changed the stage meanwhile. */
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
        /** Every read asks the new side. */
        ALL_READS,
        /** No mark is left, and no key unsettled. */
        SETTLED,
        /** Both sides are equal. */
        EQUAL,
        /** What a side can't hold is waived by name. */
        RESIDUE,
        /** Both sides can be switched in time. */
        SWITCH
    }

    static Block frozen(StageRecord record) {
        return new Block(Guard.FREE, "the migration is frozen: " + record.reason());
    }

    /** The reason. */
    @Override
    public String toString() {
        return reason;
    }
}
