package io.storeway.migrate.routing;

import io.storeway.migrate.routing.StageRecord.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Moves the migration of a {@link Router} from stage to stage. Every change is recorded with who made it and why. Thread-safe; of two
 * who move at once, one is refused.
 */
public final class RouterControl {

    private static final String NO_FENCE = "NO_FENCE";
    private static final java.time.Duration TURN = java.time.Duration.ofMillis(5);

    private final Controls controls;
    private final Journal journal;
    private final RoutingOptions options;
    private final SwitchWatch watch;
    private final Runnable local;

    RouterControl(Controls controls, Journal journal, RoutingOptions options, Runnable local) {
        this.controls = controls;
        this.journal = journal;
        this.options = options;
        this.watch = new SwitchWatch(controls, options);
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
     * @throws StageBlockedException if the key was written less than a lease ago: a write of it may still be under way
     */
    public boolean settle(String key, String by, String reason) {
        Instant quiet = options.clock().instant().minus(options.lease());
        if (journal.find(key).filter(note -> note.since().isAfter(quiet)).isPresent()) {
            Stage now = controls.read().stage();
            throw new StageBlockedException(
                    now,
                    now,
                    List.of("the key was written less than " + options.lease() + " ago; settle it when it is quiet"));
        }
        change(cause(by, "settled a key: " + reason), draft -> draft);
        return journal.forget(key);
    }

    /** Says that the application has copied everything since DUAL_WRITE began, with writes going on. */
    public StageStatus copied(String by, String reason) {
        if (controls.read().stage() != Stage.DUAL_WRITE) {
            throw new StageBlockedException(
                    controls.read().stage(),
                    controls.read().stage(),
                    List.of("a copy counts if it was made in DUAL_WRITE"));
        }
        return change(cause(by, reason), draft -> draft.backfill(true, true));
    }

    /** Accepts that an instance which is paused for longer than its lease may still write to a side that decides no more. */
    public void acceptMissingFence(String by, String reason) {
        controls.waive(NO_FENCE, 0, cause(by, reason));
    }

    /** Forbids forward moves until {@link #unfreeze}. */
    public StageStatus freeze(String by, String reason) {
        return change(cause(by, reason), draft -> draft.frozen(true));
    }

    /** Allows forward moves again. */
    public StageStatus unfreeze(String by, String reason) {
        return change(cause(by, reason), draft -> draft.frozen(false));
    }

    /**
     * Sets the share of keys that READ_NEW reads from the new side. A larger share contains a smaller one.
     *
     * @throws IllegalArgumentException if it is not between 0 and 100
     * @throws StageBlockedException if the stage is not READ_NEW
     */
    public StageStatus percent(int share, String by, String reason) {
        if (share < 0 || share > 100) {
            throw new IllegalArgumentException("A share is between 0 and 100 percent, not " + share);
        }
        StageRecord now = controls.read();
        if (now.stage() != Stage.READ_NEW || (now.frozen() && share > now.percent())) {
            throw new StageBlockedException(
                    now.stage(), now.stage(), List.of("only READ_NEW that is not frozen reads more from the new side"));
        }
        return change(cause(by, reason), draft -> draft.percent(share));
    }

    /**
     * Goes one stage forward; from READ_NEW by a switch to LIVE.
     *
     * @throws StageBlockedException if something stands in the way, or somebody else was faster
     */
    public StageStatus advance(String by, String reason) {
        local.run();
        StageRecord before = controls.read();
        Stage to = before.stage().next().orElse(before.stage());
        List<String> blocks = forward(before);
        return go(before, to, blocks, cause(by, reason));
    }

    /**
     * Goes one stage back; from LIVE and RAMP_DOWN by a switch to READ_NEW.
     *
     * @throws StageBlockedException if something stands in the way, or somebody else was faster
     */
    public StageStatus rollback(String by, String reason) {
        local.run();
        StageRecord before = controls.read();
        Stage to = before.stage().previous().orElse(before.stage());
        List<String> blocks = new ArrayList<>();
        if (to == before.stage()) {
            blocks.add("there is no way back from " + before.stage());
        } else if (before.stage() != Stage.SHADOW && before.stage() != Stage.READ_NEW) {
            acknowledged(before, blocks);
        }
        return go(before, to, blocks, cause(by, reason));
    }

    private List<String> forward(StageRecord record) {
        List<String> blocks = new ArrayList<>();
        if (record.frozen()) {
            blocks.add("the migration is frozen: " + record.reason());
        }
        acknowledged(record, blocks);
        long open = journal.all().size();
        switch (record.stage()) {
            case OFF -> {}
            case DUAL_WRITE -> {
                if (!record.synced()) {
                    blocks.add("nobody has said that everything is copied");
                }
                settled(open, blocks);
            }
            case SHADOW -> compared(record, blocks);
            case READ_NEW -> {
                if (record.percent() < 100) {
                    blocks.add("reads of the new side are at " + record.percent() + " percent, not at 100");
                }
                if (controls.waiver(NO_FENCE).isEmpty()) {
                    blocks.add("nobody has accepted that a paused instance can't be fenced");
                }
                settled(open, blocks);
            }
            case LIVE, RAMP_DOWN -> settled(open, blocks);
            case SWITCHING, COMPLETE -> blocks.add("there is no step forward from " + record.stage());
        }
        return blocks;
    }

    private static void settled(long open, List<String> blocks) {
        if (open > 0) {
            blocks.add(open + " keys are not settled; make both sides agree, then settle each by name");
        }
    }

    private void acknowledged(StageRecord record, List<String> blocks) {
        Barrier.late(controls, record, options)
                .forEach(late ->
                        blocks.add("instance " + late.instance() + " has not acknowledged epoch " + record.epoch()));
    }

    private void compared(StageRecord record, List<String> blocks) {
        List<Instance> live = controls.live(options.clock().instant());
        long compares = live.stream().mapToLong(Instance::compares).sum();
        long mismatches = live.stream().mapToLong(Instance::mismatches).sum();
        if (compares < options.comparisons()) {
            blocks.add("shadow reads have compared " + compares + " answers in epoch " + record.epoch() + ", and "
                    + options.comparisons() + " are asked for");
        }
        if (mismatches > 0) {
            blocks.add(mismatches + " answers differed");
        }
    }

    private StageStatus go(StageRecord before, Stage to, List<String> blocks, Cause cause) {
        if (!blocks.isEmpty()) {
            throw new StageBlockedException(before.stage(), to, blocks);
        }
        if (before.stage().switchesTo(to)) {
            pass(before, to, cause);
        } else {
            StageRecord.Draft draft = before.change(cause).stage(to);
            if (to == Stage.OFF || before.stage() == Stage.OFF) {
                draft.nextTerm().backfill(false, false);
            }
            if (to.compareTo(before.stage()) < 0) {
                draft.percent(0);
            }
            replace(before, draft.record(), "");
        }
        local.run();
        return status();
    }

    /** Parks the writers, waits for writes in flight and for keys in doubt, and exchanges the roles. */
    private void pass(StageRecord before, Stage to, Cause cause) {
        StageRecord switching =
                before.change(cause).stage(Stage.SWITCHING).nextTerm().record();
        replace(before, switching, "on the way to " + to);
        Instant end = options.clock().instant().plus(options.switchWithin());
        local.run();
        while (!Barrier.late(controls, switching, options).isEmpty()) {
            if (!options.clock().instant().isBefore(end)) {
                giveUp(switching, to, cause, "an instance has not acknowledged in time");
            }
            options.pause().await(TURN);
            local.run();
        }
        int open = journal.all().size();
        if (open > 0) {
            giveUp(switching, to, cause, open + " keys are not settled");
        }
        replace(switching, switching.change(cause).stage(to).record(), "no write in flight; every key settled");
    }

    private void giveUp(StageRecord switching, Stage to, Cause cause, String reason) {
        Cause why = new Cause(
                cause.by(), "switch given up: " + reason, options.clock().instant());
        controls.replace(
                switching, switching.change(why).stage(switching.previous()).record(), reason);
        local.run();
        throw new StageBlockedException(switching.previous(), to, List.of(reason));
    }

    void endOverdue(StageRecord record) {
        watch.endOverdue(record);
    }

    private void replace(StageRecord before, StageRecord after, String evidence) {
        if (!controls.replace(before, after, evidence)) {
            throw new StageBlockedException(
                    before.stage(), after.stage(), List.of("somebody else has changed the stage"));
        }
    }

    private StageStatus change(Cause cause, Function<StageRecord.Draft, StageRecord.Draft> change) {
        StageRecord before = controls.read();
        replace(before, change.apply(before.change(cause)).record(), "");
        local.run();
        return status();
    }

    private Cause cause(String by, String reason) {
        return new Cause(by, reason, options.clock().instant());
    }
}
