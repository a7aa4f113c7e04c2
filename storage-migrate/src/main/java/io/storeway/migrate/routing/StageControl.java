package io.storeway.migrate.routing;

import io.storeway.EntityType;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.StageRecord.Cause;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.control.Waiver;
import io.storeway.migrate.routing.internal.convergence.FullRepair;
import io.storeway.migrate.routing.internal.convergence.LiveVerification;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.migrate.routing.internal.replication.Marks;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.steps.Barrier;
import io.storeway.migrate.routing.internal.steps.Guards;
import io.storeway.migrate.routing.internal.steps.LiveBackfill;
import io.storeway.migrate.routing.internal.steps.StageChanger;
import io.storeway.migrate.routing.internal.steps.StorageGuards;
import io.storeway.migrate.routing.internal.steps.Switchover;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves a migration from stage to stage, one step at a time, for all instances of an application. Every change is recorded with who
 * made it, why, and on what evidence. Thread-safe; if two move at once, one of them is refused.
 */
public final class StageControl {

    private final Sides sides;
    private final ControlRecords controls;
    private final RoutingOptions options;
    private final StageChanger changer;
    private final Switchover switchover;
    private final Barrier barrier;

    /**
     * Creates the control.
     *
     * @param learn what this process does to learn of a change at once
     */
    StageControl(Sides sides, ControlRecords controls, RoutingOptions options, Runnable learn) {
        this.sides = sides;
        this.controls = controls;
        this.options = options;
        this.changer = new StageChanger(controls, options, learn);
        this.switchover = new Switchover(controls, options, changer);
        this.barrier = new Barrier(sides, controls, options, switchover);
    }

    /** Where the migration stands. Needs the control storage only; without the storage that decides the marks are not counted. */
    public StageStatus status() {
        return StageStatus.of(controls, options, marks(controls.read().reading()));
    }

    private OptionalLong marks(Stage stage) {
        Optional<Side> authority = Stages.authority(stage);
        if (authority.isEmpty()) {
            return OptionalLong.of(0);
        }
        try {
            return OptionalLong.of(Marks.count(sides.of(authority.get()), sides.migration()));
        } catch (StorageUnavailableException | StorageTimeoutException e) {
            return OptionalLong.empty();
        }
    }

    /** Everything that has changed, in order. */
    public List<StageChange> history() {
        return controls.history();
    }

    /**
     * What stands in the way of the next stage; empty if nothing does. In DUAL_WRITE and READ_NEW this compares everything, as the
     * step does. Writes nothing, so it can't say whether all marks can be repaired: only the step itself finds that out.
     */
    public List<Block> blocks() {
        changer.learn();
        return new StorageGuards(sides, controls, options)
                .forward(controls.read(), preflight())
                .blocks();
    }

    /** What stands in the way of the next stage according to the records, without comparing anything. */
    List<Block> knownBlocks() {
        changer.learn();
        return new StorageGuards(sides, controls, options)
                .known(controls.read(), preflight())
                .blocks();
    }

    private Preflight preflight() {
        return Preflight.of(sides.of(Side.OLD), sides.of(Side.NEW), controls.storage());
    }

    /**
     * Goes one stage forward; from READ_NEW to LIVE it switches the storage that decides. Waits up to three heartbeats until every
     * instance has acknowledged the present epoch. Repairs and compares only if the records allow the step. A switch whose coordinator has
     * died is taken back first, once it is overdue.
     *
     * @throws StageBlockedException if something stands in the way, or somebody else was faster
     * @throws io.storeway.error.StorageException if one of the storages fails; the stage is as {@link #status} says
     */
    public StageStatus advance(String by, String reason) {
        return forward(null, by, reason);
    }

    /**
     * As {@link #advance(String, String)}, if that leads into the given stage. Does nothing if it is that stage already, so a step that
     * is asked for twice is taken once.
     *
     * @throws StageBlockedException if it leads into another stage, something stands in the way, or somebody else was faster
     * @throws io.storeway.error.StorageException if one of the storages fails; the stage is as {@link #status} says
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
        StorageGuards guards = new StorageGuards(sides, controls, options).known(before, preflight());
        StageChanger.requireFree(before, to, guards.blocks());
        StageChanger.requireFree(
                before, to, unlessOvertaken(before, () -> guards.found(before)).blocks());
        Cause cause = changer.cause(by, reason);
        if (Stages.switches(before.stage(), to)) {
            switchover.run(before, to, cause, barrier);
        } else {
            changer.move(before, to, cause, guards.evidence());
        }
        changer.learn();
        return status();
    }

    /**
     * Goes forward stage by stage to a later one, backfills in DUAL_WRITE, and sets the share of READ_NEW to 100 percent. For
     * migrations that nobody watches, as in tests and on developers' machines.
     *
     * @throws StageBlockedException if something stands in the way of a step, or the stage is not a later one
     * @throws io.storeway.error.StorageException if one of the storages fails; the stage is as {@link #status} says
     */
    public StageStatus advanceTo(Stage stage, String by, String reason) {
        StageStatus now = status();
        while (now.stage() != stage) {
            if (now.stage().compareTo(stage) > 0) {
                throw new StageBlockedException(
                        now.stage(), stage, List.of(new Block(Guard.STEP, "it is not a later stage")), null);
            }
            if (now.stage() == Stage.DUAL_WRITE) {
                backfill(by, reason);
            }
            if (now.stage() == Stage.READ_NEW) {
                percent(100, by, reason);
            }
            now = advance(by, reason);
        }
        return now;
    }

    /**
     * Goes one stage back: from READ_NEW and SHADOW at once; from DUAL_WRITE when every instance has acknowledged the present epoch;
     * from LIVE and RAMP_DOWN to READ_NEW, by which it switches the storage that decides. The latter three wait as {@link #advance(String, String)}
     * does. After a return to OFF everything has to be copied anew. A switch whose coordinator has died is taken back, once it is
     * overdue, and nothing more.
     *
     * @throws StageBlockedException if something stands in the way, or somebody else was faster
     * @throws io.storeway.error.StorageException if one of the storages fails; the stage is as {@link #status} says
     */
    public StageStatus rollback(String by, String reason) {
        if (changer.endOverdue()) {
            return status();
        }
        StageRecord before = controls.read();
        if (Guards.waitsOnTheWayBack(before.stage())) {
            before = changer.acknowledged();
        }
        StorageGuards guards = new StorageGuards(sides, controls, options).back(before);
        Stage to = Stages.previous(before.stage()).orElse(before.stage());
        StageChanger.requireFree(before, to, guards.blocks());
        Cause cause = changer.cause(by, reason);
        if (Stages.switches(before.stage(), to)) {
            switchover.run(before, to, cause, barrier);
        } else {
            changer.move(before, to, cause, guards.evidence());
        }
        changer.learn();
        return status();
    }

    /**
     * Sets the share of partitions that READ_NEW reads from the new storage. A larger share contains a smaller one.
     *
     * @throws IllegalArgumentException if it is not between 0 and 100
     * @throws StageBlockedException if the stage is not READ_NEW, or the migration is frozen and the share would grow
     */
    public StageStatus percent(int share, String by, String reason) {
        changer.percent(share, by, reason);
        return status();
    }

    /** Sets the routing keys that READ_NEW reads from the new storage whatever the share, and those that it never reads there. */
    public StageStatus overrides(List<String> included, List<String> excluded, String by, String reason) {
        changer.change(before -> before.change(changer.cause(by, reason))
                .overrides(included, excluded)
                .record());
        return status();
    }

    /** Refuses forward moves until {@link #unfreeze}. */
    public StageStatus freeze(String by, String reason) {
        changer.freeze(true, by, reason);
        return status();
    }

    /** Allows forward moves again. */
    public StageStatus unfreeze(String by, String reason) {
        changer.freeze(false, by, reason);
        return status();
    }

    /**
     * Accepts that up to so many items of an entity type have no place in the new storage. Recorded as evidence.
     *
     * @throws IllegalArgumentException if the catalog has no entity type of that name, or the number is negative
     */
    public void waiveResidue(String entity, long atMost, String by, String reason) {
        if (atMost < 0) {
            throw new IllegalArgumentException("There can't be " + atMost + " items to accept");
        }
        List<String> names = sides.types().stream().map(EntityType::name).toList();
        if (!names.contains(entity)) {
            throw new IllegalArgumentException(
                    "There is no entity type " + entity + "; there are " + String.join(", ", names));
        }
        controls.waive(Waiver.residue(entity), atMost, changer.cause(by, reason));
    }

    /** Accepts a risk that the {@link Preflight} names. Recorded as evidence. */
    public void acknowledge(Preflight.Risk risk, String by, String reason) {
        controls.waive(risk.name(), 0, changer.cause(by, reason));
    }

    /**
     * Copies to the new storage what it lacks, while the application writes; a copy never overwrites a later write. Goes on where an
     * interrupted backfill stopped.
     *
     * @throws StageBlockedException if the stage isn't one from DUAL_WRITE to READ_NEW, or an instance doesn't acknowledge it in time
     * @throws io.storeway.error.StorageException if one of the storages fails; the next run goes on from there
     */
    public BackfillReport backfill(String by, String reason) {
        return backfill(by, reason, (phase, entity, partitions, items) -> {});
    }

    /** As {@link #backfill(String, String)}, telling how it gets on. */
    public BackfillReport backfill(String by, String reason, ProgressListener listener) {
        return new LiveBackfill(sides, controls, options, changer, barrier, listener).run(by, reason);
    }

    /**
     * Compares everything, in both directions, while the application writes. What differs is looked at again, so that a write in
     * flight is no difference.
     */
    public Comparison compare() {
        Side authority = Stages.authority(controls.read().reading()).orElse(Side.OLD);
        LiveVerification.Finding finding = new LiveVerification(sides, options).run(authority);
        return new Comparison(finding.report(), finding.confirmed().size(), finding.unsettled());
    }

    /**
     * What a comparison of a running migration has found.
     *
     * @param report of the first comparison of everything, which includes writes in flight
     * @param confirmed how many differences were there at two looks with no write between
     * @param unsettled how many partitions differed and were written at every look
     */
    public record Comparison(VerificationReport report, long confirmed, long unsettled) {
        /** Whether both sides are equal. */
        public boolean equal() {
            return confirmed == 0 && unsettled == 0;
        }
    }

    /**
     * Makes partitions of the following storage equal to those of the deciding one: all that are marked, that have residue, or that
     * differ. A partition that only the following storage has is removed if a migration has put it there. The history says what was done.
     *
     * @throws StageBlockedException if the stage doesn't write both sides
     */
    public RepairCounts repair(String by, String reason) {
        Cause cause = changer.cause(by, reason);
        StageRecord record = controls.read();
        if (!Stages.dual(record.stage())) {
            throw StageChanger.blocked(
                    record, new Block(Guard.STEP, "only a stage that writes both sides can be repaired"));
        }
        RepairCounts counts = unlessOvertaken(record, () -> new FullRepair(sides, options).run(record));
        changer.note(cause, counts.toString());
        return counts;
    }

    /** Does work under a record; blocked if somebody else has replaced that meanwhile and fenced the storages. */
    private static <R> R unlessOvertaken(StageRecord record, Supplier<R> work) {
        try {
            return work.get();
        } catch (Fence.Closed e) {
            throw StageChanger.blocked(record, StageChanger.OVERTAKEN);
        }
    }
}
