package io.storeway.migrate.routing;

import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.StageRecord.Cause;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.router.Journal;
import io.storeway.migrate.routing.internal.router.RouterGuards;
import io.storeway.migrate.routing.internal.router.Unsettled;
import io.storeway.migrate.routing.internal.steps.Guards;
import io.storeway.migrate.routing.internal.steps.StageChanger;
import io.storeway.migrate.routing.internal.steps.StageWatch;
import io.storeway.migrate.routing.internal.steps.Switchover;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Moves the migration of a {@link Router} from stage to stage. Every change is recorded with who made it and why. Thread-safe; of two
 * who move at once, one is refused.
 */
public final class RouterControl {

    private final ControlRecords controls;
    private final Journal journal;
    private final RoutingOptions options;
    private final StageWatch watch;
    private final StageChanger changer;
    private final Switchover switchover;

    RouterControl(ControlRecords controls, Journal journal, RoutingOptions options, Runnable learn) {
        this.controls = controls;
        this.journal = journal;
        this.options = options;
        this.watch = new StageWatch(controls, options);
        this.changer = new StageChanger(controls, options, learn);
        this.switchover = new Switchover(controls, options, changer);
    }

    /** Where the migration stands; {@link StageStatus#marks} counts the keys that are not settled. */
    public StageStatus status() {
        return StageStatus.of(controls, options, OptionalLong.of(journal.all().size()));
    }

    /** Everything that has changed, in order. */
    public List<StageChange> history() {
        return controls.history();
    }

    /** The keys that may differ between the two implementations. */
    public List<String> unsettled() {
        return journal.all().stream().map(Unsettled::key).sorted().toList();
    }

    /**
     * Says that the two implementations agree on a key, because somebody has made them agree.
     *
     * @return whether the key was unsettled
     * @throws StageBlockedException if the key was written less than a lease ago, so that the write may still be under way, or if it
     *     is written during this call
     */
    public boolean settle(String key, String by, String reason) {
        Optional<Unsettled> note = journal.find(key);
        if (note.isEmpty()) {
            return false;
        }
        Instant quiet = options.clock().instant().minus(options.lease());
        if (note.get().since().isAfter(quiet)) {
            throw StageChanger.blocked(
                    controls.read(),
                    new Block(
                            Guard.SETTLED,
                            "the key was written less than " + options.lease() + " ago; settle it when it is quiet"));
        }
        changer.change(before ->
                before.change(changer.cause(by, "settled a key: " + reason)).record());
        if (!journal.forget(key, note.get().token())) {
            throw StageChanger.blocked(
                    controls.read(),
                    new Block(
                            Guard.SETTLED,
                            "the key has been written meanwhile; look at both sides again when it is quiet"));
        }
        return true;
    }

    /**
     * Says that the application has copied everything since DUAL_WRITE began, with writes going on.
     *
     * @throws StageBlockedException if the stage is not DUAL_WRITE
     */
    public StageStatus copied(String by, String reason) {
        changer.change(before -> {
            if (before.stage() != Stage.DUAL_WRITE) {
                throw StageChanger.blocked(before, new Block(Guard.STEP, "a copy counts if it was made in DUAL_WRITE"));
            }
            return before.change(changer.cause(by, reason)).backfill(true, true).record();
        });
        return status();
    }

    /** Accepts that an instance which is paused for longer than its lease may write to a side that no longer decides. */
    public void acceptMissingFence(String by, String reason) {
        controls.waive(RouterGuards.NO_FENCE, 0, changer.cause(by, reason));
    }

    /** Forbids forward moves until {@link #unfreeze}. */
    public StageStatus freeze(String by, String reason) {
        changer.freeze(true, by, reason);
        return status();
    }

    /** Allows forward moves again, and begins to count shadow reads and those that differed anew. */
    public StageStatus unfreeze(String by, String reason) {
        changer.freeze(false, by, reason);
        return status();
    }

    /**
     * Sets the share of keys that READ_NEW reads from the new side. A larger share contains a smaller one.
     *
     * @throws IllegalArgumentException if it is not between 0 and 100
     * @throws StageBlockedException if the stage is not READ_NEW, or the migration is frozen and the share would grow
     */
    public StageStatus percent(int share, String by, String reason) {
        changer.percent(share, by, reason);
        return status();
    }

    /**
     * Goes one stage forward; from READ_NEW to LIVE it switches the side that decides. Waits up to three heartbeats until every
     * instance has acknowledged the present epoch. A switch whose coordinator has died is taken back first, once it is overdue.
     *
     * @throws StageBlockedException if something stands in the way, or somebody else was faster
     */
    public StageStatus advance(String by, String reason) {
        return forward(null, by, reason);
    }

    /**
     * As {@link #advance(String, String)}, if that leads into the given stage. Does nothing if it is that stage already, so a step that
     * is asked for twice is taken once.
     *
     * @throws StageBlockedException if it leads into another stage, something stands in the way, or somebody else was faster
     */
    public StageStatus advance(Stage into, String by, String reason) {
        return forward(into, by, reason);
    }

    private StageStatus forward(@Nullable Stage into, String by, String reason) {
        changer.endOverdue();
        StageRecord before = changer.acknowledged();
        if (before.stage() == into) {
            return status();
        }
        Stage to = StageChanger.next(before, into);
        return go(before, to, guards().forward(before), changer.cause(by, reason));
    }

    /**
     * Goes one stage back; from LIVE and RAMP_DOWN to READ_NEW, by which it switches the side that decides. From DUAL_WRITE, LIVE and
     * RAMP_DOWN it waits as {@link #advance(String, String)} does. A switch whose coordinator has died is taken back, once it is overdue, and nothing more.
     *
     * @throws StageBlockedException if something stands in the way, or somebody else was faster
     */
    public StageStatus rollback(String by, String reason) {
        if (changer.endOverdue()) {
            return status();
        }
        StageRecord before = controls.read();
        if (Guards.waitsOnTheWayBack(before.stage())) {
            before = changer.acknowledged();
        }
        Stage to = Stages.previous(before.stage()).orElse(before.stage());
        return go(before, to, guards().back(before), changer.cause(by, reason));
    }

    private RouterGuards guards() {
        return new RouterGuards(controls, options, journal);
    }

    private StageStatus go(StageRecord before, Stage to, RouterGuards guards, Cause cause) {
        StageChanger.requireFree(before, to, guards.blocks());
        if (Stages.switches(before.stage(), to)) {
            switchover.run(before, to, cause, this::everyKeySettled);
        } else {
            changer.move(before, to, cause, guards.evidence());
        }
        changer.learn();
        return status();
    }

    private void everyKeySettled(StageRecord switching, Instant end, List<String> evidence) {
        switchover.awaitAcknowledged(switching, end);
        evidence.add("no write in flight");
        int open = journal.all().size();
        if (open > 0) {
            throw new Switchover.Halted(Guard.SETTLED, open + " keys are not settled");
        }
        evidence.add("every key settled");
    }

    void endOverdue(StageRecord record) {
        watch.endOverdue(record);
    }
}
