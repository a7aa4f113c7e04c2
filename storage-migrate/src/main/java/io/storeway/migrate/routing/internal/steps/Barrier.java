package io.storeway.migrate.routing.internal.steps;

import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.convergence.LiveVerification;
import io.storeway.migrate.routing.internal.convergence.Refusals;
import io.storeway.migrate.routing.internal.convergence.Repairer;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.migrate.routing.internal.replication.Sides;
import java.time.Instant;
import java.util.List;

/**
 * The work of a switchover between two storages: fences both, waits for writes in flight, repairs everything that is marked,
 * and compares everything. Only then may the other storage decide.
 */
public final class Barrier implements Switchover.Work {

    /** A switchover is given up after so many repairs in a row that left something behind. */
    private static final int FAILED_REPAIRS = 3;

    private final Sides sides;
    private final ControlRecords controls;
    private final RoutingOptions options;
    private final Switchover switchover;
    private final Repairer repairer;

    public Barrier(Sides sides, ControlRecords controls, RoutingOptions options, Switchover switchover) {
        this.sides = sides;
        this.controls = controls;
        this.options = options;
        this.switchover = switchover;
        this.repairer = new Repairer(sides, new Refusals());
    }

    @Override
    public void run(StageRecord switching, Instant end, List<String> evidence) {
        Side leaving = Stages.authority(switching.previous()).orElseThrow();
        fence(switching);
        evidence.add("both storages fenced for term " + switching.term());
        switchover.awaitAcknowledged(switching, end);
        evidence.add("no write in flight");
        evidence.add("marks drained: " + drain(leaving, switching.term(), end));
        evidence.add(compare(leaving, end));
    }

    /** Keeps writes of earlier terms out of both sides, and waits until every instance writes in the term of the record. */
    void open(StageRecord record, Instant end) {
        fence(record);
        switchover.awaitAcknowledged(record, end);
    }

    private void fence(StageRecord record) {
        for (Side side : Side.values()) {
            Fence.raise(sides.of(side), sides.migration(), record.term());
        }
    }

    private long drain(Side leaving, long term, Instant end) {
        long drained = 0;
        int failedInARow = 0;
        while (repairer.left(leaving) > 0) {
            Repairer.Repaired repaired = repairer.repair(leaving, term);
            drained += repaired.repaired();
            failedInARow = repaired.failed() > 0 ? failedInARow + 1 : 0;
            if (failedInARow == FAILED_REPAIRS) {
                throw new Switchover.Halted(Guard.SETTLED, repaired.block());
            }
            switchover.pause(end, "marks are left");
        }
        return drained;
    }

    private String compare(Side leaving, Instant end) {
        LiveVerification.Finding finding = new LiveVerification(sides, options).run(leaving);
        if (!finding.clean()) {
            throw new Switchover.Halted(
                    Guard.EQUAL, finding.confirmed().size() + finding.unsettled() + " items differ");
        }
        String following = leaving.other().label();
        for (VerificationReport.Entity entity : finding.report().entities()) {
            StorageGuards.unwaived(controls, entity, following).ifPresent(reason -> {
                throw new Switchover.Halted(Guard.RESIDUE, reason);
            });
        }
        if (!options.clock().instant().isBefore(end)) {
            throw new Switchover.Halted(Guard.SWITCH, "the comparison took longer than the switch may");
        }
        return "both sides equal";
    }
}
