package io.storeway.migrate.routing;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a migration has come: which storage is read, which are written, and which decides. A migration goes from stage to stage in
 * the order of their declaration, one step at a time.
 */
public enum Stage {
    /** The old storage alone. */
    OFF(Side.OLD, false),
    /** The old storage is read and decides; every write follows in the new one. The backfill runs here. */
    DUAL_WRITE(Side.OLD, true),
    /** As DUAL_WRITE, and a sample of reads is compared off the request path. */
    SHADOW(Side.OLD, true),
    /** As SHADOW, and a share of the partitions is read from the new storage. */
    READ_NEW(Side.OLD, true),
    /** The few seconds in which the deciding storage changes: writes wait, reads go on as before. */
    SWITCHING(null, false),
    /** The new storage decides and is read; every write follows in the old one. */
    LIVE(Side.NEW, true),
    /** As LIVE, but reads are no longer compared. */
    RAMP_DOWN(Side.NEW, true),
    /** The new storage alone. There is no way back but another migration. */
    COMPLETE(Side.NEW, false);

    private final @Nullable Side authority;
    private final boolean dual;

    Stage(@Nullable Side authority, boolean dual) {
        this.authority = authority;
        this.dual = dual;
    }

    /** The side that decides, or empty while none does. */
    Optional<Side> authority() {
        return Optional.ofNullable(authority);
    }

    /** Whether writes follow in the other storage. */
    boolean dual() {
        return dual;
    }

    /** The stage after this one. SWITCHING comes after none: it is passed through on the way to another stage. */
    Optional<Stage> next() {
        return switch (this) {
            case OFF -> Optional.of(DUAL_WRITE);
            case DUAL_WRITE -> Optional.of(SHADOW);
            case SHADOW -> Optional.of(READ_NEW);
            case READ_NEW -> Optional.of(LIVE);
            case LIVE -> Optional.of(RAMP_DOWN);
            case RAMP_DOWN -> Optional.of(COMPLETE);
            case SWITCHING, COMPLETE -> Optional.empty();
        };
    }

    /** The stage that a rollback leads to. */
    Optional<Stage> previous() {
        return switch (this) {
            case DUAL_WRITE -> Optional.of(OFF);
            case SHADOW -> Optional.of(DUAL_WRITE);
            case READ_NEW -> Optional.of(SHADOW);
            case LIVE, RAMP_DOWN -> Optional.of(READ_NEW);
            case OFF, SWITCHING, COMPLETE -> Optional.empty();
        };
    }

    /** Whether another side decides in the other stage, so that the way there goes through SWITCHING. */
    boolean switchesTo(Stage other) {
        return authority != null && other.authority != null && authority != other.authority;
    }
}
