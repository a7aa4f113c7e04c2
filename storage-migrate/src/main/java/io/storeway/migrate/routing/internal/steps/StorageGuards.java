package io.storeway.migrate.routing.internal.steps;

import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.Preflight;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.control.Waiver;
import io.storeway.migrate.routing.internal.convergence.LiveVerification;
import io.storeway.migrate.routing.internal.convergence.Refusals;
import io.storeway.migrate.routing.internal.convergence.Repairer;
import io.storeway.migrate.routing.internal.replication.Roles;
import io.storeway.migrate.routing.internal.replication.Sides;
import java.util.EnumSet;
import java.util.Optional;

/** The guards of a migration between two storages, which can be read, compared and repaired as a whole. */
public final class StorageGuards extends Guards {

    private final Sides sides;

    public StorageGuards(Sides sides, ControlRecords controls, RoutingOptions options) {
        super(controls, options);
        this.sides = sides;
    }

    /**
     * All that can be found out about a step forward without writing: both sides are compared where the step itself would do so, even if a
     * record says no.
     */
    public StorageGuards forward(StageRecord record, Preflight preflight) {
        known(record, preflight);
        if (record.stage() == Stage.DUAL_WRITE || record.stage() == Stage.READ_NEW) {
            equal(record);
        }
        return this;
    }

    /** What the records say about a step forward; costs a few reads. */
    public StorageGuards known(StageRecord record, Preflight preflight) {
        forwardFromAnyStage(record);
        samePlan();
        if (record.stage() == Stage.OFF) {
            new Roles(sides, controls)
                    .other(EnumSet.allOf(Side.class))
                    .ifPresent(reason -> block(Guard.PREFLIGHT, reason));
            risks(preflight);
        }
        if (record.stage() == Stage.DUAL_WRITE && !record.synced()) {
            block(Guard.COPIED, "no backfill of this run has come to its end");
        }
        forwardFrom(record);
        return this;
    }

    /** What work on both sides finds out about a step forward: repairs what is marked, and compares everything where it matters. */
    public StorageGuards found(StageRecord record) {
        switch (record.stage()) {
            case DUAL_WRITE -> {
                drain(record);
                equal(record);
            }
            case LIVE, RAMP_DOWN -> drain(record);
            case OFF, SHADOW, READ_NEW, SWITCHING, COMPLETE -> {}
        }
        return this;
    }

    public StorageGuards back(StageRecord record) {
        backFrom(record);
        if (record.stage() == Stage.LIVE || record.stage() == Stage.RAMP_DOWN) {
            // A release with another catalog neither carries back nor compares the fields that it doesn't know.
            samePlan();
        }
        return this;
    }

    private void samePlan() {
        String plan = options.plan().get();
        if (plan.isEmpty()) {
            block(Guard.ONE_RELEASE, "this process has not reached both storages since it started");
            return;
        }
        controls.live(options.clock().instant()).stream()
                .filter(instance -> !instance.planHash().equals(plan))
                .forEach(instance -> block(
                        Guard.ONE_RELEASE,
                        "instance " + instance.instance()
                                + (instance.planHash().isEmpty()
                                        ? " has not reached both storages since it started"
                                        : " runs with another catalog or other storages than this process; deploy one release"
                                                + " everywhere, and give the command that release's catalog and the same two"
                                                + " storages")));
    }

    private void risks(Preflight preflight) {
        preflight.refusals().forEach(refusal -> block(Guard.PREFLIGHT, refusal));
        for (Preflight.Risk risk : preflight.risks()) {
            if (controls.waiver(risk.name()).isEmpty()) {
                block(Guard.RISKS, "the risk " + risk + " has not been acknowledged");
            } else {
                evidence("the risk " + risk + " is acknowledged");
            }
        }
    }

    private void equal(StageRecord record) {
        if (!record.synced()) {
            return;
        }
        LiveVerification.Finding finding = new LiveVerification(sides, options).run(Side.OLD);
        if (!finding.clean()) {
            block(
                    Guard.EQUAL,
                    finding.confirmed().size() + " items differ, " + finding.unsettled()
                            + " could not be settled; repair, then try again");
        }
        for (VerificationReport.Entity entity : finding.report().entities()) {
            evidence(entity.entity() + ": " + entity.sourceItems() + " items compared");
            residue(entity);
        }
    }

    private void residue(VerificationReport.Entity entity) {
        if (entity.residue() == 0) {
            return;
        }
        unwaived(controls, entity, "new")
                .ifPresentOrElse(
                        reason -> block(Guard.RESIDUE, reason),
                        () -> evidence(entity.entity() + ": " + entity.residue() + " items of residue, waived"));
    }

    /** Why a type's residue stands in the way; empty if there is no more of it than was waived. */
    static Optional<String> unwaived(ControlRecords controls, VerificationReport.Entity entity, String side) {
        long waived = controls.waiver(Waiver.residue(entity.entity()))
                .map(Waiver::amount)
                .orElse(0L);
        return entity.residue() <= waived
                ? Optional.empty()
                : Optional.of(entity.entity() + " has " + entity.residue() + " items that the " + side
                        + " storage can't hold, and " + waived
                        + " are waived; mend them at the source, or waive them by name");
    }

    private void drain(StageRecord record) {
        Side authority = Stages.authority(record.stage()).orElseThrow();
        Repairer repairer = new Repairer(sides, new Refusals());
        Repairer.Repaired repaired = repairer.repair(authority, record.term());
        evidence(repaired.repaired() + " marks drained");
        if (repaired.failed() > 0) {
            block(Guard.SETTLED, repaired.block());
        }
    }
}
