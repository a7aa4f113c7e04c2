package io.storeway.migrate.routing.internal.steps;

import io.storeway.error.StorageException;
import io.storeway.migrate.routing.Block;
import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageBlockedException;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.Instance;
import io.storeway.migrate.routing.internal.control.Pause;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.StageRecord.Cause;
import io.storeway.migrate.routing.internal.replication.Fence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes the side that decides while all writers wait. If anything fails before the last step, the stage is again what it was, in
 * a new term.
 */
public final class Switchover {

    private final ControlRecords controls;
    private final RoutingOptions options;
    private final StageChanger changer;

    public Switchover(ControlRecords controls, RoutingOptions options, StageChanger changer) {
        this.controls = controls;
        this.options = options;
        this.changer = changer;
    }

    /** Gives the switchover up. */
    public static final class Halted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // Nobody sends it anywhere.
        private final Block block;

        public Halted(Guard guard, String reason) {
            super(reason);
            this.block = new Block(guard, reason);
        }

        Block block() {
            return block;
        }
    }

    /** What is done while all writers wait. */
    public interface Work {
        /**
         * Makes sure that the other side can decide, and adds what it has found to the evidence.
         *
         * @param end when it has to be done
         * @throws Halted if the other side can't decide
         */
        void run(StageRecord switching, Instant end, List<String> evidence);
    }

    /**
     * Makes the writers wait, does the work, and goes to the stage.
     *
     * @throws StageBlockedException if something stands in the way, or somebody else was faster
     */
    public void run(StageRecord before, Stage to, Cause cause, Work work) {
        Instant end = options.clock().instant().plus(options.switchWithin());
        StageRecord switching =
                before.change(cause).stage(Stage.SWITCHING).nextTerm().record();
        if (!controls.replace(before, switching, "on the way to " + to)) {
            throw new StageBlockedException(before.stage(), to, List.of(StageChanger.OVERTAKEN), null);
        }
        List<String> evidence = new ArrayList<>();
        try {
            work.run(switching, end, evidence);
        } catch (Halted | StorageException | Fence.Closed e) {
            giveUp(switching, cause, String.valueOf(e.getMessage()));
            throw new StageBlockedException(before.stage(), to, List.of(block(e)), e);
        } catch (RuntimeException e) {
            giveUp(switching, cause, String.valueOf(e.getMessage()));
            throw e;
        }
        Cause done = new Cause(cause.by(), cause.reason(), options.clock().instant());
        StageRecord after = switching.change(done).stage(to).record();
        if (!controls.replace(switching, after, String.join("; ", evidence))) {
            String reason = "somebody else has changed or ended it meanwhile";
            giveUp(switching, cause, reason);
            throw new StageBlockedException(
                    before.stage(),
                    to,
                    List.of(new Block(Guard.UNCHANGED, "the switch was given up: " + reason)),
                    null);
        }
    }

    private static Block block(RuntimeException e) {
        return e instanceof Halted halted ? halted.block() : new Block(Guard.SWITCH, String.valueOf(e.getMessage()));
    }

    /**
     * Waits until no instance whose lease runs has a write in flight from before the record.
     *
     * @throws Halted if that takes too long
     */
    public void awaitAcknowledged(StageRecord record, Instant end) {
        while (true) {
            changer.learn();
            List<Instance> late = controls.late(record, options);
            if (late.isEmpty()) {
                return;
            }
            pause(end, "instance " + late.get(0).instance() + " has not acknowledged epoch " + record.epoch());
        }
    }

    /**
     * Waits for a moment.
     *
     * @throws Halted if the time is over
     */
    void pause(Instant end, String waitingFor) {
        if (!options.clock().instant().isBefore(end)) {
            throw new Halted(Guard.SWITCH, "the switch took too long: " + waitingFor);
        }
        options.pause().await(Pause.TURN);
    }

    /**
     * Returns to the stage before, unless somebody else has ended the switchover. An interrupted thread does this too, since all
     * writers wait for it.
     */
    private void giveUp(StageRecord switching, Cause cause, String reason) {
        boolean interrupted = Thread.interrupted();
        try {
            StageRecord now = controls.read();
            while (now.stage() == Stage.SWITCHING && now.term() == switching.term()) {
                Cause why = new Cause(
                        cause.by(),
                        "switch given up: " + reason,
                        options.clock().instant());
                if (controls.replace(now, now.change(why).stage(now.previous()).record(), reason)) {
                    return;
                }
                now = controls.read();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
