package io.storeway.migrate;

/** Why a run stopped before its end. The next run goes on from there. */
public enum StopReason {
    /** Its time was over. */
    MAX_DURATION,
    /** More items than allowed became residue. */
    MAX_ERRORS,
    /** A greater part of the items than allowed became residue. */
    MAX_ERROR_RATIO,
    /** It was told to stop. */
    STOPPED
}
