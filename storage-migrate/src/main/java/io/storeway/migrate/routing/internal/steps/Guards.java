package io.storeway.migrate.routing.internal.steps;

import io.storeway.migrate.routing.Block;
import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.Instance;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.StageRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * The guards that every step of a migration has, whatever is behind its two sides. Collects what stands in the way of one step,
 * and the evidence for it.
 */
public abstract class Guards {

    protected final ControlRecords controls;
    protected final RoutingOptions options;
    private final List<Block> blocks = new ArrayList<>();
    private final List<String> evidence = new ArrayList<>();

    protected Guards(ControlRecords controls, RoutingOptions options) {
        this.controls = controls;
        this.options = options;
    }

    public final List<Block> blocks() {
        return blocks;
    }

    public final String evidence() {
        return String.join("; ", evidence);
    }

    protected final void block(Guard guard, String reason) {
        blocks.add(new Block(guard, reason));
    }

    protected final void evidence(String sentence) {
        evidence.add(sentence);
    }

    /** Every step forward: the migration isn't frozen, and every instance has heard of its stage. */
    protected final void forwardFromAnyStage(StageRecord record) {
        if (record.frozen()) {
            blocks.add(StageChanger.frozen(record));
        }
        acknowledged(record);
    }

    /** The step forward from one stage, as far as the records tell. */
    protected final void forwardFrom(StageRecord record) {
        switch (record.stage()) {
            case SHADOW -> compared(record);
            case READ_NEW -> everythingReadFromNew(record);
            case SWITCHING -> switching(record);
            case COMPLETE -> block(Guard.STEP, "the migration is complete");
            case OFF, DUAL_WRITE, LIVE, RAMP_DOWN -> {}
        }
    }

    /** The step back from one stage. */
    protected final void backFrom(StageRecord record) {
        switch (record.stage()) {
            case OFF -> block(Guard.STEP, "there is nothing before OFF");
            case COMPLETE -> block(Guard.STEP, "the way back from COMPLETE is a migration of its own, from new to old");
            case SWITCHING -> switching(record);
            case DUAL_WRITE, LIVE, RAMP_DOWN -> acknowledged(record);
            case SHADOW, READ_NEW -> evidence("the old storage has every write");
        }
    }

    /** Whether a step back from the stage waits until every instance has acknowledged the present epoch. */
    public static boolean waitsOnTheWayBack(Stage stage) {
        return stage == Stage.DUAL_WRITE || stage == Stage.LIVE || stage == Stage.RAMP_DOWN;
    }

    private void switching(StageRecord record) {
        block(
                Guard.STEP,
                "the migration is switching; if whoever does that has died, any step takes it back after "
                        + StageWatch.overdue(record, options));
    }

    private void acknowledged(StageRecord record) {
        List<Instance> late = controls.late(record, options);
        late.forEach(instance -> block(
                Guard.ACKNOWLEDGED,
                "instance " + instance.instance() + " has acknowledged epoch " + instance.ackedEpoch() + ", not "
                        + record.epoch() + "; its lease ends at " + instance.leaseUntil()));
        if (late.isEmpty()) {
            evidence("every instance has acknowledged epoch " + record.epoch());
        }
    }

    private void compared(StageRecord record) {
        List<Instance> live = controls.live(options.clock().instant());
        long compares = live.stream().mapToLong(Instance::compares).sum();
        long mismatches = live.stream().mapToLong(Instance::mismatches).sum();
        if (compares < options.comparisons()) {
            block(
                    Guard.COMPARED,
                    compares + " shadow reads have been compared in epoch " + record.epoch() + ", and "
                            + options.comparisons() + " are asked for");
        }
        if (mismatches > 0) {
            block(
                    Guard.AGREEING,
                    mismatches + " shadow reads differed; make both sides agree, then unfreeze, which begins the count"
                            + " anew");
        }
        evidence(compares + " shadow reads compared, " + mismatches + " differed");
    }

    private void everythingReadFromNew(StageRecord record) {
        if (record.percent() < 100) {
            block(
                    Guard.ALL_READS,
                    "reads of the new storage are at " + record.percent()
                            + " percent, not at 100; set their percent first");
        }
    }
}
