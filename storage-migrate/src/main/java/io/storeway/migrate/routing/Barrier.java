package io.storeway.migrate.routing;

import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.routing.Block.Guard;
import java.time.Instant;
import java.util.List;

/** What makes sure that the other storage can decide: fence, wait for writes in flight, drain the marks, compare. */
final class Barrier implements Switch.Work {

    private static final int TRIES = 3;

    private final Sides sides;
    private final Controls controls;
    private final RoutingOptions options;
    private final Switch writers;
    private final Repairer repairer;

    Barrier(Sides sides, Controls controls, RoutingOptions options, Switch writers) {
        this.sides = sides;
        this.controls = controls;
        this.options = options;
        this.writers = writers;
        this.repairer = new Repairer(sides, new Refusals());
    }

    @Override
    public void run(StageRecord switching, Instant end, List<String> evidence) {
        Side leaving = switching.previous().authority().orElseThrow();
        fence(switching);
        evidence.add("both storages fenced for term " + switching.term());
        writers.awaitAcknowledged(switching, end);
        evidence.add("no write in flight");
        evidence.add("marks drained: " + drain(leaving, switching.term(), end));
        evidence.add(compare(leaving, end));
    }

    /** Keeps earlier terms out of both sides, and waits until every write is in that of the record. */
    void open(StageRecord record, Instant end) {
        fence(record);
        writers.awaitAcknowledged(record, end);
    }

    private void fence(StageRecord record) {
        for (Side side : Side.values()) {
            Fence.raise(sides.of(side), sides.migration(), record.term());
        }
    }

    private long drain(Side leaving, long term, Instant end) {
        long drained = 0;
        int inVain = 0;
        while (repairer.left(leaving) > 0) {
            Repairer.Repaired repaired = repairer.repair(leaving, term, Instant.MAX);
            drained += repaired.repaired();
            inVain = repaired.failed() > 0 ? inVain + 1 : 0;
            if (inVain == TRIES) {
                throw new Switch.Halted(Guard.SETTLED, repaired.block());
            }
            writers.turn(end, "marks are left");
        }
        return drained;
    }

    private String compare(Side leaving, Instant end) {
        LiveVerification.Finding finding = new LiveVerification(sides, options).run(leaving);
        if (!finding.clean()) {
            throw new Switch.Halted(Guard.EQUAL, finding.confirmed().size() + finding.unsettled() + " items differ");
        }
        String following = leaving.other().label();
        for (VerificationReport.Entity entity : finding.report().entities()) {
            StorageGuards.unwaived(controls, entity, following).ifPresent(reason -> {
                throw new Switch.Halted(Guard.RESIDUE, reason);
            });
        }
        if (!options.clock().instant().isBefore(end)) {
            throw new Switch.Halted(Guard.SWITCH, "the comparison took longer than the switch may");
        }
        return "both sides equal";
    }
}
