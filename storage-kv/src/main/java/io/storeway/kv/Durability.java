package io.storeway.kv;

/**
 * When a commit to a store on disk returns, and what an acknowledged commit survives. At every level a commit reaches the disk as a
 * whole or not at all.
 */
public enum Durability {
    /** Returns when the disk has been made to write it. Survives a loss of power, provided the disk really writes when told to. */
    SYNC,
    /** Returns when the operating system has it. Survives the death of the process; a loss of power may take the last second. */
    COMMIT,
    /** Returns at once; the disk is made to write every half second. The death of the process may take what came since. */
    INTERVAL,
    /** Returns at once; written when the store is closed or memory gets short. The death of the process may take everything. */
    NONE;

    /** Whether what was acknowledged survives the death of the process. */
    public boolean survivesProcess() {
        return this == SYNC || this == COMMIT;
    }
}
