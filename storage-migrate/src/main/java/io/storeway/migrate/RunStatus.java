package io.storeway.migrate;

/** How far the backfill of an entity type has come. */
public enum RunStatus {
    /** Never started. */
    NOT_STARTED,
    /** Started and not at its end: running now, or interrupted. The next run goes on from the last checkpoint. */
    RUNNING,
    /** Every item is a row of the target. */
    DONE,
    /** At its end; some items are residue. */
    DONE_WITH_RESIDUE
}
