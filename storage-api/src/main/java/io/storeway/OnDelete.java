package io.storeway;

/** What happens to a record when the record that it refers to is deleted. */
public enum OnDelete {
    /** It is deleted too. */
    CASCADE,
    /** The deletion is refused. */
    RESTRICT
}
