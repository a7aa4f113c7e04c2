package io.storeway.migrate.routing;

import io.storeway.error.StorageException;
import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.routing.StageRecord.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes the other side the authority: park, fence, wait for writes in flight, drain the marks, compare, flip. Whatever
 * fails before the last step leaves the stage as it was, in a new term.
 */
final class Barrier {

    private static final Duration TURN = Duration.ofMillis(5);
    private static final int TRIES = 3;

    private final Sides sides;
    private final Controls controls;
    private final RoutingOptions options;
    private final Runnable local;
    private final Repairer repairer;

    Barrier(Sides sides, Controls controls, RoutingOptions options, Runnable local) {
        this.sides = sides;
        this.controls = controls;
        this.options = options;
        this.local = local;
        this.repairer = new Repairer(sides, new Refusals());
    }

    StageRecord pass(StageRecord before, Stage to, Cause cause) {
        Side leaving = before.stage().authority().orElseThrow();
        Instant end = options.clock().instant().plus(options.switchWithin());
        StageRecord switching =
                before.change(cause).stage(Stage.SWITCHING).nextTerm().record();
        if (!controls.replace(before, switching, "on the way to " + to)) {
            throw new StageBlockedException(before.stage(), to, List.of("somebody else has changed the stage"));
        }
        List<String> evidence = new ArrayList<>();
        try {
            fence(switching);
            evidence.add("both storages fenced for term " + switching.term());
            awaitAcknowledged(switching, end);
            evidence.add("no write in flight");
            evidence.add("marks drained: " + drain(leaving, switching.term(), end));
            evidence.add(compare(leaving, end));
        } catch (Halted | StorageException | Fence.Closed e) {
            giveUp(switching, cause, String.valueOf(e.getMessage()));
            throw new StageBlockedException(before.stage(), to, List.of(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            giveUp(switching, cause, String.valueOf(e.getMessage()));
            throw e;
        }
        Cause done = new Cause(cause.by(), cause.reason(), options.clock().instant());
        StageRecord after = switching.change(done).stage(to).record();
        if (!controls.replace(switching, after, String.join("; ", evidence))) {
            String reason = "somebody else has changed or ended it meanwhile";
            giveUp(switching, cause, reason);
            throw new StageBlockedException(before.stage(), to, List.of("the switch was given up: " + reason));
        }
        return after;
    }

    /** A reason to give the switch up. */
    static final class Halted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Halted(String reason) {
            super(reason);
        }
    }

    /** Keeps earlier terms out of both sides. */
    void fence(StageRecord record) {
        for (Side side : Side.values()) {
            Fence.raise(sides.of(side), sides.migration(), record.term());
        }
    }

    /**
     * Waits until no instance whose lease runs has a write in flight from before the record.
     *
     * @throws Halted if that takes too long
     */
    void awaitAcknowledged(StageRecord record, Instant end) {
        while (true) {
            local.run();
            List<Instance> late = late(controls, record, options);
            if (late.isEmpty()) {
                return;
            }
            turn(end, "instance " + late.get(0).instance() + " has not acknowledged epoch " + record.epoch());
        }
    }

    static List<Instance> late(Controls controls, StageRecord record, RoutingOptions options) {
        return controls.live(options.clock().instant().minus(options.skew())).stream()
                .filter(instance -> instance.ackedEpoch() < record.epoch())
                .toList();
    }

    private long drain(Side leaving, long term, Instant end) {
        long drained = 0;
        int inVain = 0;
        while (repairer.left(leaving) > 0) {
            Repairer.Repaired repaired = repairer.repair(leaving, term, Instant.MAX);
            drained += repaired.repaired();
            inVain = repaired.failed() > 0 ? inVain + 1 : 0;
            if (inVain == TRIES) {
                throw new Halted(repaired.failed() + " marked partitions can't be repaired");
            }
            turn(end, "marks are left");
        }
        return drained;
    }

    private String compare(Side leaving, Instant end) {
        LiveVerification.Finding finding = new LiveVerification(sides, options).run(leaving);
        if (!finding.clean()) {
            throw new Halted(finding.confirmed().size() + finding.unsettled() + " items differ");
        }
        String following = leaving.other().name().toLowerCase(Locale.ROOT);
        for (VerificationReport.Entity entity : finding.report().entities()) {
            Guards.unwaived(controls, entity, following).ifPresent(reason -> {
                throw new Halted(reason);
            });
        }
        if (!options.clock().instant().isBefore(end)) {
            throw new Halted("the comparison took longer than the switch may");
        }
        return "both sides equal";
    }

    private void turn(Instant end, String waitingFor) {
        if (!options.clock().instant().isBefore(end)) {
            throw new Halted("the switch took too long: " + waitingFor);
        }
        options.pause().await(TURN);
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
