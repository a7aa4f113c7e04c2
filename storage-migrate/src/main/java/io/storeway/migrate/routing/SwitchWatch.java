package io.storeway.migrate.routing;

import io.storeway.migrate.routing.StageRecord.Cause;

/** Ends a switch whose coordinator is gone, and holds a migration whose shadow reads differ. */
final class SwitchWatch {

    private final Controls controls;
    private final RoutingOptions options;

    SwitchWatch(Controls controls, RoutingOptions options) {
        this.controls = controls;
        this.options = options;
    }

    /** Returns to the stage before if the switch should long be over. Writers wait for this. */
    void endOverdue(StageRecord record) {
        if (record.stage() == Stage.SWITCHING
                && options.clock()
                        .instant()
                        .isAfter(record.changedAt().plus(options.switchWithin()).plus(options.lease()))) {
            Cause cause = cause("switch given up: its coordinator is gone");
            controls.replace(
                    record, record.change(cause).stage(record.previous()).record(), "overdue");
        }
    }

    /** Forbids forward moves after a difference that stands still. */
    void freezeOnMismatch(StageRecord record, long mismatches) {
        if (mismatches > 0 && !record.frozen()) {
            Cause cause = cause(mismatches + " shadow reads differed");
            controls.replace(record, record.change(cause).frozen(true).record(), cause.reason());
        }
    }

    private Cause cause(String reason) {
        return new Cause(options.instance(), reason, options.clock().instant());
    }
}
