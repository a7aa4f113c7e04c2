package io.storeway.migrate.routing;

import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.routing.Block.Guard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What has to hold before a stage is left, and what was found when it was looked at. Used for one move. */
final class Guards {

    private final Sides sides;
    private final Controls controls;
    private final RoutingOptions options;
    private final List<Block> blocks = new ArrayList<>();
    private final List<String> evidence = new ArrayList<>();

    Guards(Sides sides, Controls controls, RoutingOptions options) {
        this.sides = sides;
        this.controls = controls;
        this.options = options;
    }

    List<Block> blocks() {
        return blocks;
    }

    private void block(Guard guard, String reason) {
        blocks.add(new Block(guard, reason));
    }

    String evidence() {
        return String.join("; ", evidence);
    }

    /** Looks at everything that a step forward asks for, also where something that is known stands in the way; writes nothing. */
    Guards forward(StageRecord record, Preflight preflight) {
        known(record, preflight);
        if (record.stage() == Stage.DUAL_WRITE) {
            equal(record);
        }
        return this;
    }

    /** What the records say about a step forward; costs a few reads. */
    Guards known(StageRecord record, Preflight preflight) {
        if (record.frozen()) {
            blocks.add(Block.frozen(record));
        }
        acknowledged(record);
        samePlan();
        switch (record.stage()) {
            case OFF -> risks(preflight);
            case DUAL_WRITE -> copied(record);
            case SHADOW -> shadowed(record);
            case READ_NEW -> everybody(record);
            case LIVE, RAMP_DOWN -> {}
            case SWITCHING -> block(Guard.STEP, "the migration is switching; wait until that is over");
            case COMPLETE -> block(Guard.STEP, "the migration is complete");
        }
        return this;
    }

    /** What work on both sides finds out about a step forward: marks are repaired, and where it matters everything is compared. */
    Guards found(StageRecord record) {
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

    /** Whether a step back from the stage asks that every instance has acknowledged the present epoch. */
    static boolean leftByAcknowledgement(Stage stage) {
        return stage == Stage.DUAL_WRITE || stage == Stage.LIVE || stage == Stage.RAMP_DOWN;
    }

    /** Looks at what a step back asks for. */
    Guards backward(StageRecord record) {
        switch (record.stage()) {
            case OFF -> block(Guard.STEP, "there is nothing before OFF");
            case COMPLETE -> block(Guard.STEP, "the way back from COMPLETE is a migration of its own, from new to old");
            case SWITCHING -> block(Guard.STEP, "the migration is switching; wait until that is over");
            case DUAL_WRITE -> acknowledged(record);
            case LIVE, RAMP_DOWN -> {
                acknowledged(record);
                // An older release neither carries back nor compares what it doesn't know.
                samePlan();
            }
            case SHADOW, READ_NEW -> evidence.add("the old storage has every write");
        }
        return this;
    }

    private void acknowledged(StageRecord record) {
        List<Instance> late = controls.late(record, options);
        late.forEach(instance -> block(
                Guard.ACKNOWLEDGED,
                "instance " + instance.instance() + " has acknowledged epoch " + instance.ackedEpoch() + ", not "
                        + record.epoch() + "; its lease ends at " + instance.leaseUntil()));
        if (late.isEmpty()) {
            evidence.add("every instance has acknowledged epoch " + record.epoch());
        }
    }

    private void samePlan() {
        controls.live(options.clock().instant()).stream()
                .filter(instance -> !instance.planHash().equals(options.planHash()))
                .forEach(
                        instance -> block(
                                Guard.ONE_RELEASE,
                                "instance " + instance.instance()
                                        + " runs with another catalog or other storages; deploy one release everywhere, with the same two"));
    }

    private void risks(Preflight preflight) {
        preflight.refusals().forEach(refusal -> block(Guard.PREFLIGHT, refusal));
        for (Preflight.Risk risk : preflight.risks()) {
            if (controls.waiver(risk.name()).isEmpty()) {
                block(Guard.RISKS, "the risk " + risk + " has not been acknowledged");
            } else {
                evidence.add("the risk " + risk + " is acknowledged");
            }
        }
    }

    private void copied(StageRecord record) {
        if (!record.synced()) {
            block(Guard.COPIED, "no backfill of this run has come to its end");
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
            evidence.add(entity.entity() + ": " + entity.sourceItems() + " items compared");
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
                        () -> evidence.add(entity.entity() + ": " + entity.residue() + " items of residue, waived"));
    }

    /** What is to be said of items that one side can't hold, if they are more than were waived. */
    static Optional<String> unwaived(Controls controls, VerificationReport.Entity entity, String side) {
        long waived = controls.waiver(Waiver.residue(entity.entity()))
                .map(Waiver::amount)
                .orElse(0L);
        return entity.residue() <= waived
                ? Optional.empty()
                : Optional.of(entity.entity() + " has " + entity.residue() + " items that the " + side
                        + " storage can't hold, and " + waived
                        + " are waived; mend them at the source, or waive them by name");
    }

    private void shadowed(StageRecord record) {
        List<Instance> live = controls.live(options.clock().instant());
        long compares = live.stream().mapToLong(Instance::compares).sum();
        long mismatches = live.stream().mapToLong(Instance::mismatches).sum();
        if (compares < options.comparisons()) {
            block(
                    Guard.COMPARED,
                    "shadow reads have compared " + compares + " partitions in epoch " + record.epoch() + ", and "
                            + options.comparisons() + " are asked for");
        }
        if (mismatches > 0) {
            block(Guard.AGREEING, mismatches + " shadow reads differed");
        }
        evidence.add(compares + " shadow reads compared, " + mismatches + " differed");
    }

    private void everybody(StageRecord record) {
        if (record.percent() < 100) {
            block(
                    Guard.ALL_READS,
                    "reads of the new storage are at " + record.percent()
                            + " percent, not at 100; set their percent first");
        }
    }

    private void drain(StageRecord record) {
        Side authority = record.stage().authority().orElseThrow();
        Repairer repairer = new Repairer(sides, new Refusals());
        Repairer.Repaired repaired = repairer.repair(authority, record.term(), Instant.MAX);
        evidence.add(repaired.repaired() + " marks drained");
        if (repaired.failed() > 0) {
            block(Guard.SETTLED, repaired.block());
        }
    }
}
