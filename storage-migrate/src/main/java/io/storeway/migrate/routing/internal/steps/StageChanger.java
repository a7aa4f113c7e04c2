package io.storeway.migrate.routing.internal.steps;

import io.storeway.migrate.routing.Block;
import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageBlockedException;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.Pause;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.StageRecord.Cause;
import io.storeway.migrate.routing.internal.control.Stages;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Changes the record of a migration, unless somebody else was faster, and makes the change known in this process at once. */
public final class StageChanger {

    public static final Block OVERTAKEN = new Block(Guard.UNCHANGED, "somebody else has changed the stage");

    private static final int ATTEMPTS = 10;
    private static final int PATIENT_HEARTBEATS = 3;

    private final ControlRecords controls;
    private final RoutingOptions options;
    private final Runnable learn;

    /** With what this process does to learn of a change at once. */
    public StageChanger(ControlRecords controls, RoutingOptions options, Runnable learn) {
        this.controls = controls;
        this.options = options;
        this.learn = learn;
    }

    /** Makes this process see the latest record. */
    public void learn() {
        learn.run();
    }

    /** Takes back a switchover whose coordinator is gone, as any instance does; says whether there was one. */
    public boolean endOverdue() {
        boolean ended = new StageWatch(controls, options).endOverdue(controls.read());
        learn();
        return ended;
    }

    public Cause cause(String by, String reason) {
        return new Cause(by, reason, options.clock().instant());
    }

    /** Waits until every instance has acknowledged the record, for some heartbeats at most, and returns the latest record. */
    public StageRecord acknowledged() {
        long turns = options.heartbeat().multipliedBy(PATIENT_HEARTBEATS).dividedBy(Pause.TURN);
        learn();
        StageRecord record = controls.read();
        for (long turn = 0; turn < turns && !controls.late(record, options).isEmpty(); turn++) {
            options.pause().await(Pause.TURN);
            learn();
            record = controls.read();
        }
        return record;
    }

    /**
     * The stage that a step forward leads into; the present one if there is none, which the guards refuse.
     *
     * @param into the stage asked for, or null if any will do
     * @throws StageBlockedException if the step leads into another stage than that
     */
    public static Stage next(StageRecord before, @Nullable Stage into) {
        Stage next = Stages.next(before.stage()).orElse(before.stage());
        if (into != null && into != next && next != before.stage()) {
            String reason = before.stage() + " leads to " + next + ", not to " + into;
            throw new StageBlockedException(before.stage(), into, List.of(new Block(Guard.STEP, reason)), null);
        }
        return next;
    }

    /**
     * Checks that nothing stands in the way.
     *
     * @throws StageBlockedException if something does
     */
    public static void requireFree(StageRecord before, Stage to, List<Block> blocks) {
        if (!blocks.isEmpty()) {
            throw new StageBlockedException(before.stage(), to, blocks, null);
        }
    }

    static Block frozen(StageRecord record) {
        return new Block(Guard.FREE, "the migration is frozen: " + record.frozenFor());
    }

    public static StageBlockedException blocked(StageRecord record, Block block) {
        return new StageBlockedException(record.stage(), record.stage(), List.of(block), null);
    }

    /**
     * Replaces a record by the next one.
     *
     * @throws StageBlockedException if somebody else was faster
     */
    void replace(StageRecord before, StageRecord after, String evidence) {
        if (!controls.replace(before, after, evidence)) {
            throw new StageBlockedException(before.stage(), after.stage(), List.of(OVERTAKEN), null);
        }
    }

    /**
     * Moves to a stage of the same authority. What a backfill has done counts for one run only, which begins and ends with OFF.
     *
     * @throws StageBlockedException if somebody else was faster
     */
    public void move(StageRecord before, Stage to, Cause cause, String evidence) {
        StageRecord.Draft draft = before.change(cause).stage(to);
        if (before.stage() == Stage.OFF) {
            draft.nextTerm();
        }
        if (before.stage() == Stage.OFF || to == Stage.OFF) {
            draft.backfill(false, false);
        }
        if (to.compareTo(before.stage()) < 0) {
            draft.percent(0);
        }
        replace(before, draft.record(), evidence);
    }

    /** Changes a setting, and tries again if somebody else was faster. The change itself checks whether the record allows it. */
    public void change(Function<StageRecord, StageRecord> change) {
        change(change, "");
    }

    private void change(Function<StageRecord, StageRecord> change, String evidence) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            StageRecord before = controls.read();
            if (controls.replace(before, change.apply(before), evidence)) {
                learn();
                return;
            }
        }
        throw blocked(
                controls.read(),
                new Block(Guard.UNCHANGED, "others have changed the stage " + ATTEMPTS + " times meanwhile"));
    }

    /** Notes what somebody has done that changes no stage. */
    public void note(Cause cause, String evidence) {
        change(before -> before.change(cause).record(), evidence);
    }

    public void freeze(boolean frozen, String by, String reason) {
        change(before -> before.change(cause(by, reason)).frozen(frozen).record());
    }

    /** Sets the share that READ_NEW reads from the new side. */
    public void percent(int share, String by, String reason) {
        RoutingOptions.requireShare(share);
        change(before -> {
            if (before.stage() != Stage.READ_NEW) {
                throw blocked(before, new Block(Guard.STEP, "only READ_NEW reads a share from the new side"));
            }
            if (before.frozen() && share > before.percent()) {
                throw blocked(before, frozen(before));
            }
            return before.change(cause(by, reason)).percent(share).record();
        });
    }
}
