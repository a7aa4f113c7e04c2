package io.storeway.migrate.routing;

/**
 * How far a migration has come: which storage is read, which are written, and which decides. A migration goes from stage to stage in
 * the order of their declaration, one step at a time.
 */
public enum Stage {
    /** The old storage alone. */
    OFF,
    /** The old storage is read and decides; every write follows in the new one. The backfill runs here. */
    DUAL_WRITE,
    /** As DUAL_WRITE, and a sample of reads is compared off the request path. */
    SHADOW,
    /** As SHADOW, and a share of the partitions is read from the new storage. */
    READ_NEW,
    /** The few seconds in which the deciding storage changes: writes wait, reads go on as before. */
    SWITCHING,
    /** The new storage decides and is read; every write follows in the old one. */
    LIVE,
    /** As LIVE, but reads are no longer compared. */
    RAMP_DOWN,
    /** The new storage alone. There is no way back but another migration. */
    COMPLETE
}
