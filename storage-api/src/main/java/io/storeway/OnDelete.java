package io.storeway;

/** What becomes of a record when the record it refers to is deleted. */
public enum OnDelete {
    /** It is deleted too. */
    CASCADE,
    /** The deletion is refused. */
    RESTRICT
}
