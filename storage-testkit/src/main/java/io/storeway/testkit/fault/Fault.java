package io.storeway.testkit.fault;

/** What can go wrong with a call. */
public enum Fault {
    /** The call does not happen, and says so: unavailable. */
    FAIL_BEFORE,
    /** The write does not happen, and its outcome is unknown; a read is unavailable. */
    LOST_REQUEST,
    /** The write happens, and its outcome is unknown; a read is unavailable. */
    FAIL_AFTER,
    /** Half of a write's list is written, and the outcome is unknown. No store may do this; layers above may find it out. */
    PARTIAL_BATCH,
    /** The clock moves on before the call. */
    DELAY,
    /** The call reaches the store twice; the second answer gets lost. */
    DUPLICATE,
    /** A read gets the answer that the same read got before. */
    STALE_READ
}
