package io.storeway;

/** What becomes of a file, folder, table or index that is not there when a storage is opened. */
public enum Missing {
    /** It is made. */
    CREATE,
    /** Nothing is made; an error names it and says how to make it. */
    REFUSE,
    /**
     * Nothing is made, and what is there is checked. Something empty in memory stands in place of a missing file, and calls
     * that need a missing table fail: such a storage says what it is and what it can do, which is enough for a plan.
     */
    ALLOW
}
