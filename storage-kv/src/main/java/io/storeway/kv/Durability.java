package io.storeway.kv;

/**
 * When a commit to a store on disk returns, and so what it survives. A commit is on the disk wholly or not at all, whatever
 * the level.
 */
public enum Durability {
    /** When the disk has been made to write it: it survives a loss of power, as far as the disk keeps its word. */
    SYNC,
    /** When the operating system has it: it survives the death of the process; a loss of power may take the last second. */
    COMMIT,
    /** At once; the disk is made to write every half second. The death of the process may take what came after. */
    INTERVAL,
    /** At once; written when the store is closed, and when memory gets short. The death of the process may take all of it. */
    NONE;

    /** Whether what was acknowledged survives the death of the process. */
    public boolean survivesProcess() {
        return this == SYNC || this == COMMIT;
    }
}
