package io.storeway.migrate.routing.internal.router;

import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.steps.Guards;

/** The guards of a migration between two implementations of a repository, which know their keys and nothing else. */
public final class RouterGuards extends Guards {

    /** What somebody accepts who lets a router switch. */
    public static final String NO_FENCE = "NO_FENCE";

    private final Journal journal;

    public RouterGuards(ControlRecords controls, RoutingOptions options, Journal journal) {
        super(controls, options);
        this.journal = journal;
    }

    public RouterGuards forward(StageRecord record) {
        forwardFromAnyStage(record);
        forwardFrom(record);
        switch (record.stage()) {
            case DUAL_WRITE -> {
                if (!record.synced()) {
                    block(Guard.COPIED, "nobody has said that everything is copied");
                }
                settled();
            }
            case READ_NEW -> {
                if (controls.waiver(NO_FENCE).isEmpty()) {
                    block(Guard.RISKS, "nobody has accepted that a paused instance can't be fenced");
                }
                settled();
            }
            case LIVE, RAMP_DOWN -> settled();
            case OFF, SHADOW, SWITCHING, COMPLETE -> {}
        }
        return this;
    }

    public RouterGuards back(StageRecord record) {
        backFrom(record);
        return this;
    }

    /** A write under way leaves no difference, and under load there always is one. */
    private void settled() {
        int open =
                journal.left(options.clock().instant().minus(options.lease())).size();
        if (open > 0) {
            block(Guard.SETTLED, open + " keys are not settled; make both sides agree, then settle each by name");
        }
    }
}
