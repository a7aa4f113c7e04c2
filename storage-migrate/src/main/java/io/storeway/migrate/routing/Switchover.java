package io.storeway.migrate.routing;

import io.storeway.error.StorageException;
import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.StageRecord.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Exchanges the roles of both sides while the writers wait. Whatever fails before the last step leaves the stage as it was,
 * in a new term.
 */
final class Switchover {

    private final ControlRecords controls;
    private final RoutingOptions options;
    private final StageChanger changer;

    Switchover(ControlRecords controls, RoutingOptions options, StageChanger changer) {
        this.controls = controls;
        this.options = options;
        this.changer = changer;
    }

    /** A reason to give the switch up. */
    static final class Halted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // Nobody sends it anywhere.
        private final Block block;

        Halted(Guard guard, String reason) {
            super(reason);
            this.block = new Block(guard, reason);
        }

        Block block() {
            return block;
        }
    }

    /** What is done while the writers wait. */
    interface Work {
        /**
         * Makes sure that the roles can be exchanged, and adds what it has found to the evidence.
         *
         * @param end when it has to be over
         * @throws Halted if they can't be exchanged
         */
        void run(StageRecord switching, Instant end, List<String> evidence);
    }

    /**
     * Tells the writers to wait, has the work done, and goes to the stage.
     *
     * @throws StageBlockedException if something stands in the way, or somebody else was faster
     */
    void pass(StageRecord before, Stage to, Cause cause, Work work) {
        Instant end = options.clock().instant().plus(options.switchWithin());
        StageRecord switching =
                before.change(cause).stage(Stage.SWITCHING).nextTerm().record();
        if (!controls.replace(before, switching, "on the way to " + to)) {
            throw new StageBlockedException(before.stage(), to, List.of(StageChanger.OVERTAKEN));
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
                    before.stage(), to, List.of(new Block(Guard.UNCHANGED, "the switch was given up: " + reason)));
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
    void awaitAcknowledged(StageRecord record, Instant end) {
        while (true) {
            changer.learn();
            List<Instance> late = controls.late(record, options);
            if (late.isEmpty()) {
                return;
            }
            turn(end, "instance " + late.get(0).instance() + " has not acknowledged epoch " + record.epoch());
        }
    }

    /**
     * Waits a little for others.
     *
     * @throws Halted if there is no time left
     */
    void turn(Instant end, String waitingFor) {
        if (!options.clock().instant().isBefore(end)) {
            throw new Halted(Guard.SWITCH, "the switch took too long: " + waitingFor);
        }
        options.pause().await(Pause.TURN);
    }

    /**
     * Ends a switch without having switched, unless somebody else has ended it. Writers wait for this, so a thread that is
     * told to stop does it nevertheless.
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
