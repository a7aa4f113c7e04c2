package io.storeway.error;

/** What sort of rule was broken. */
public enum ConstraintKind {
    /** Two records with the same key, or with the same values of a unique key. */
    UNIQUE,
    /** A record that refers to a record which is not there, or is still referred to. */
    REFERENCE,
    /** A value outside the declared set or range. */
    CHECK,
    /** A missing value where one is required. */
    NOT_NULL
}
