package io.storeway.testkit.fault;

/** A fault of a call. */
public enum Fault {
    /** The call is not made and throws {@code StorageUnavailableException}. */
    FAIL_BEFORE,
    /** The call is not made; a write throws {@code UnknownOutcomeException}, a read {@code StorageUnavailableException}. */
    LOST_REQUEST,
    /** The call is made, and throws as {@link #LOST_REQUEST} does. */
    FAIL_AFTER,
    /** The first half of a write's list is written, and the outcome is unknown. Correct stores never do this; layers above may detect it. */
    PARTIAL_BATCH,
    /** The clock moves forward before the call. */
    DELAY,
    /** The call is made twice; the second answer is lost. */
    DUPLICATE,
    /** A read returns the answer that the same read got before. */
    STALE_READ
}
