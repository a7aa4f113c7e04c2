package io.storeway.migrate.routing;

import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.StageRecord.Cause;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Moves the migration of a {@link Router} from stage to stage. Every change is recorded with who made it and why. Thread-safe; of two
 * who move at once, one is refused.
 */
public final class RouterControl {

    private final Controls controls;
    private final Journal journal;
    private final RoutingOptions options;
    private final SwitchWatch watch;
    private final Steering steering;
    private final Switch writers;

    RouterControl(Controls controls, Journal journal, RoutingOptions options, Runnable learn) {
        this.controls = controls;
        this.journal = journal;
        this.options = options;
        this.watch = new SwitchWatch(controls, options);
        this.steering = new Steering(controls, options, learn);
        this.writers = new Switch(controls, options, steering);
    }

    /** Where the migration stands; its marks are the keys that are not settled. */
    public StageStatus status() {
        return StageStatus.of(controls, options, journal.all().size());
    }

    /** Everything that has changed, in order. */
    public List<StageChange> history() {
        return controls.history();
    }

    /** The keys that the two implementations may not agree on, with what happened. */
    public List<String> unsettled() {
        return journal.all().stream().map(Unsettled::key).sorted().toList();
    }

    /**
     * Says that the two implementations agree on a key, because somebody has made them agree.
     *
     * @return whether the key was unsettled
     * @throws StageBlockedException if the key was written less than a lease ago: a write of it may still be under way; or if it is
     *     written just now
     */
    public boolean settle(String key, String by, String reason) {
        Optional<Unsettled> note = journal.find(key);
        if (note.isEmpty()) {
            return false;
        }
        Instant quiet = options.clock().instant().minus(options.lease());
        if (note.get().since().isAfter(quiet)) {
            throw Steering.blocked(
                    controls.read(),
                    new Block(
                            Guard.SETTLED,
                            "the key was written less than " + options.lease() + " ago; settle it when it is quiet"));
        }
        steering.change(before ->
                before.change(steering.cause(by, "settled a key: " + reason)).record());
        if (!journal.forget(key, note.get().token())) {
            throw Steering.blocked(
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
        steering.change(before -> {
            if (before.stage() != Stage.DUAL_WRITE) {
                throw Steering.blocked(before, new Block(Guard.STEP, "a copy counts if it was made in DUAL_WRITE"));
            }
            return before.change(steering.cause(by, reason))
                    .backfill(true, true)
                    .record();
        });
        return status();
    }

    /** Accepts that an instance which is paused for longer than its lease may still write to a side that decides no more. */
    public void acceptMissingFence(String by, String reason) {
        controls.waive(RouterGuards.NO_FENCE, 0, steering.cause(by, reason));
    }

    /** Forbids forward moves until {@link #unfreeze}. */
    public StageStatus freeze(String by, String reason) {
        steering.freeze(true, by, reason);
        return status();
    }

    /** Allows forward moves again. */
    public StageStatus unfreeze(String by, String reason) {
        steering.freeze(false, by, reason);
        return status();
    }

    /**
     * Sets the share of keys that READ_NEW reads from the new side. A larger share contains a smaller one.
     *
     * @throws IllegalArgumentException if it is not between 0 and 100
     * @throws StageBlockedException if the stage is not READ_NEW, or the migration is frozen and the share would grow
     */
    public StageStatus percent(int share, String by, String reason) {
        steering.percent(share, by, reason);
        return status();
    }

    /**
     * Goes one stage forward; from READ_NEW by a switch to LIVE. Waits for three heartbeats at most until every instance has
     * acknowledged the present epoch.
     *
     * @throws StageBlockedException if something stands in the way, or somebody else was faster
     */
    public StageStatus advance(String by, String reason) {
        StageRecord before = steering.acknowledged();
        Stage to = before.stage().next().orElse(before.stage());
        return go(before, to, guards().forward(before), steering.cause(by, reason));
    }

    /**
     * Goes one stage back; from LIVE and RAMP_DOWN by a switch to READ_NEW. Waits as {@link #advance} where every instance has to
     * have acknowledged the present epoch.
     *
     * @throws StageBlockedException if something stands in the way, or somebody else was faster
     */
    public StageStatus rollback(String by, String reason) {
        steering.learn();
        StageRecord before = controls.read();
        if (Guards.waitsOnTheWayBack(before.stage())) {
            before = steering.acknowledged();
        }
        Stage to = before.stage().previous().orElse(before.stage());
        return go(before, to, guards().back(before), steering.cause(by, reason));
    }

    private RouterGuards guards() {
        return new RouterGuards(controls, options, journal);
    }

    private StageStatus go(StageRecord before, Stage to, RouterGuards guards, Cause cause) {
        Steering.requireFree(before, to, guards.blocks());
        if (before.stage().switchesTo(to)) {
            writers.pass(before, to, cause, this::everyKeySettled);
        } else {
            steering.move(before, to, cause, guards.evidence());
        }
        steering.learn();
        return status();
    }

    private void everyKeySettled(StageRecord switching, Instant end, List<String> evidence) {
        writers.awaitAcknowledged(switching, end);
        evidence.add("no write in flight");
        int open = journal.all().size();
        if (open > 0) {
            throw new Switch.Halted(Guard.SETTLED, open + " keys are not settled");
        }
        evidence.add("every key settled");
    }

    void endOverdue(StageRecord record) {
        watch.endOverdue(record);
    }
}
