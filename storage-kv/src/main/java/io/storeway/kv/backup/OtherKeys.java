package io.storeway.kv.backup;

/** What a restore does about keys of the store that the backup lacks. */
public enum OtherKeys {
    /** Leaves them as they are. */
    KEEP,
    /** Deletes them. */
    DELETE
}
