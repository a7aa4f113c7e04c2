package io.storeway.migrate.routing;

import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.StageRecord.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Moves the migration of a {@link Router} from stage to stage. Every change is recorded with who made it and why. Thread-safe; of two
 * who move at once, one is refused.
 */
public final class RouterControl {

    private static final String NO_FENCE = "NO_FENCE";

    private final Controls controls;
    private final Journal journal;
    private final RoutingOptions options;
    private final SwitchWatch watch;
    private final Steering steering;
    private final Switch writers;
    private final Runnable local;

    RouterControl(Controls controls, Journal journal, RoutingOptions options, Runnable local) {
        this.controls = controls;
        this.journal = journal;
        this.options = options;
        this.watch = new SwitchWatch(controls, options);
        this.steering = new Steering(controls, options, local);
        this.writers = new Switch(controls, options, local);
        this.local = local;
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
        controls.waive(NO_FENCE, 0, steering.cause(by, reason));
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
        return go(before, to, forward(before), steering.cause(by, reason));
    }

    /**
     * Goes one stage back; from LIVE and RAMP_DOWN by a switch to READ_NEW. Waits as {@link #advance} where every instance has to
     * have acknowledged the present epoch.
     *
     * @throws StageBlockedException if something stands in the way, or somebody else was faster
     */
    public StageStatus rollback(String by, String reason) {
        local.run();
        StageRecord before = controls.read();
        if (Guards.leftByAcknowledgement(before.stage())) {
            before = steering.acknowledged();
        }
        Stage to = before.stage().previous().orElse(before.stage());
        List<Block> blocks = new ArrayList<>();
        if (to == before.stage()) {
            blocks.add(new Block(Guard.STEP, "there is no way back from " + before.stage()));
        } else if (Guards.leftByAcknowledgement(before.stage())) {
            acknowledged(before, blocks);
        }
        return go(before, to, blocks, steering.cause(by, reason));
    }

    private List<Block> forward(StageRecord record) {
        List<Block> blocks = new ArrayList<>();
        if (record.frozen()) {
            blocks.add(Block.frozen(record));
        }
        acknowledged(record, blocks);
        long open = journal.all().size();
        switch (record.stage()) {
            case OFF -> {}
            case DUAL_WRITE -> {
                if (!record.synced()) {
                    blocks.add(new Block(Guard.COPIED, "nobody has said that everything is copied"));
                }
                settled(open, blocks);
            }
            case SHADOW -> compared(record, blocks);
            case READ_NEW -> {
                if (record.percent() < 100) {
                    blocks.add(new Block(
                            Guard.ALL_READS,
                            "reads of the new side are at " + record.percent()
                                    + " percent, not at 100; set their percent first"));
                }
                if (controls.waiver(NO_FENCE).isEmpty()) {
                    blocks.add(new Block(Guard.RISKS, "nobody has accepted that a paused instance can't be fenced"));
                }
                settled(open, blocks);
            }
            case LIVE, RAMP_DOWN -> settled(open, blocks);
            case SWITCHING, COMPLETE ->
                blocks.add(new Block(Guard.STEP, "there is no step forward from " + record.stage()));
        }
        return blocks;
    }

    private static void settled(long open, List<Block> blocks) {
        if (open > 0) {
            blocks.add(new Block(
                    Guard.SETTLED, open + " keys are not settled; make both sides agree, then settle each by name"));
        }
    }

    private void acknowledged(StageRecord record, List<Block> blocks) {
        controls.late(record, options)
                .forEach(late -> blocks.add(new Block(
                        Guard.ACKNOWLEDGED,
                        "instance " + late.instance() + " has not acknowledged epoch " + record.epoch())));
    }

    private void compared(StageRecord record, List<Block> blocks) {
        List<Instance> live = controls.live(options.clock().instant());
        long compares = live.stream().mapToLong(Instance::compares).sum();
        long mismatches = live.stream().mapToLong(Instance::mismatches).sum();
        if (compares < options.comparisons()) {
            blocks.add(new Block(
                    Guard.COMPARED,
                    "shadow reads have compared " + compares + " answers in epoch " + record.epoch() + ", and "
                            + options.comparisons() + " are asked for"));
        }
        if (mismatches > 0) {
            blocks.add(new Block(Guard.AGREEING, mismatches + " answers differed"));
        }
    }

    private StageStatus go(StageRecord before, Stage to, List<Block> blocks, Cause cause) {
        Steering.requireFree(before, to, blocks);
        if (before.stage().switchesTo(to)) {
            writers.pass(before, to, cause, this::everyKeySettled);
        } else {
            StageRecord.Draft draft = before.change(cause).stage(to);
            if (to == Stage.OFF || before.stage() == Stage.OFF) {
                draft.nextTerm().backfill(false, false);
            }
            if (to.compareTo(before.stage()) < 0) {
                draft.percent(0);
            }
            steering.replace(before, draft.record(), "");
        }
        local.run();
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
