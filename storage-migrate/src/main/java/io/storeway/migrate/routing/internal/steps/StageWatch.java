package io.storeway.migrate.routing.internal.steps;

import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.Instance;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.StageRecord.Cause;
import io.storeway.migrate.routing.internal.membership.ReadHealth;
import io.storeway.migrate.routing.internal.membership.ReadMinute;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Changes the stage where nobody else does: ends a switchover whose coordinator is gone, freezes a migration whose shadow reads
 * differ, and takes one back whose reads of the new storage fail.
 */
public final class StageWatch {

    private final ControlRecords controls;
    private final RoutingOptions options;

    public StageWatch(ControlRecords controls, RoutingOptions options) {
        this.controls = controls;
        this.options = options;
    }

    /**
     * Returns to the stage before if the switchover should long be over; all writers wait for this. So is one that began as far in the
     * future, by a clock that was set back since. Says whether it did.
     */
    public boolean endOverdue(StageRecord record) {
        Duration age = Duration.between(record.changedAt(), options.clock().instant());
        if (record.stage() != Stage.SWITCHING || age.abs().compareTo(longest(options)) <= 0) {
            return false;
        }
        Cause cause = cause("switch given up: its coordinator is gone");
        return controls.replace(
                record, record.change(cause).stage(record.previous()).record(), "overdue");
    }

    /** When a switchover should long be over. */
    static Instant overdue(StageRecord switching, RoutingOptions options) {
        return switching.changedAt().plus(longest(options));
    }

    private static Duration longest(RoutingOptions options) {
        return options.switchWithin().plus(options.lease());
    }

    /** Forbids forward moves once a shadow read has differed. */
    public void freezeOnMismatch(StageRecord record, long mismatches) {
        if (mismatches > 0 && !record.frozen() && record.stage() != Stage.SWITCHING) {
            Cause cause = cause(mismatches + " shadow reads differed");
            controls.replace(record, record.change(cause).frozen(true).record(), cause.reason());
        }
    }

    /** Goes back to SHADOW, and stays there until somebody unfreezes, if reads of the new storage are much worse. */
    public void rollBackOnBreach(StageRecord record) {
        if (record.stage() != Stage.READ_NEW) {
            return;
        }
        // The last whole minute is judged again and again until the next one ends: instances report a heartbeat late.
        long minute = ReadHealth.number(options.clock().instant());
        SortedMap<Long, ReadMinute> counted = new TreeMap<>();
        for (Instance instance : controls.live(options.clock().instant())) {
            instance.reads().stream()
                    .map(ReadMinute::parse)
                    .forEach(each -> counted.merge(each.minute(), each, ReadMinute::plus));
        }
        new ReadBreach(options.rollback()).found(counted, minute).ifPresent(evidence -> {
            Cause cause = cause("automatic rollback: " + evidence);
            controls.replace(
                    record,
                    record.change(cause)
                            .stage(Stage.SHADOW)
                            .percent(0)
                            .frozen(true)
                            .record(),
                    evidence);
        });
    }

    private Cause cause(String reason) {
        return new Cause(options.instance(), reason, options.clock().instant());
    }
}
