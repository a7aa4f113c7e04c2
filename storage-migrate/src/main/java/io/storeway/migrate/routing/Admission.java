package io.storeway.migrate.routing;

import io.storeway.Storage;
import io.storeway.error.StorageException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.migrate.Migration;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.replication.AwaitedStorage;
import io.storeway.migrate.routing.internal.replication.Roles;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.replication.TermStorage;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Lets a process take part in a migration: checks that its two storages are the right ones, and makes them ready. */
final class Admission {

    private static final Set<Side> BOTH = EnumSet.allOf(Side.class);

    private final Storage old;
    private final Storage fresh;
    private final String migration;
    private final Clock clock;
    private final ControlRecords controls;

    Admission(Storage old, Storage fresh, Storage control, String migration, Clock clock) {
        this.old = old;
        this.fresh = fresh;
        this.migration = migration;
        this.clock = clock;
        this.controls = new ControlRecords(control, migration, clock);
    }

    /**
     * What takes part.
     *
     * @param sides the two storages, of which one may still be awaited
     * @param controls the records of the migration
     * @param plan tells what instances have to agree about; empty while a side is awaited
     */
    record Admitted(Sides sides, ControlRecords controls, Supplier<String> plan) {}

    /** Begins the migration, if nobody has. */
    Admitted begin() {
        Sides sides = new Sides(old, fresh, migration, clock);
        enter(sides, BOTH);
        String plan = plan(sides);
        return new Admitted(sides, controls, () -> plan);
    }

    /**
     * Lets an instance of the application in, and begins the migration if nobody has. The side that follows may be out of reach: it
     * is admitted when it can be reached, and lacks until then what is written, as when it fails later.
     */
    Admitted instance() {
        try {
            return begin();
        } catch (StorageUnavailableException | StorageTimeoutException e) {
            Side follower = controls.find()
                    .flatMap(record -> Stages.authority(record.stage()))
                    .map(Side::other)
                    .orElseThrow(() -> e);
            return without(follower, e);
        }
    }

    private Admitted without(Side follower, StorageException failure) {
        Sides both = new Sides(old, fresh, migration, clock);
        AtomicReference<String> plan = new AtomicReference<>("");
        Sides sides = awaiting(both, follower, failure, () -> {
            enter(both, BOTH);
            plan.set(plan(both));
        });
        enter(sides, EnumSet.of(follower.other()));
        return new Admitted(sides, controls, plan::get);
    }

    /** Lets an operator's tool in, which writes nothing by that. A side that is out of reach stays so for the tool. */
    Admitted operator() {
        controls.requireBegun();
        Sides sides = new Sides(old, fresh, migration, clock);
        boolean complete = true;
        for (Side side : Side.values()) {
            try {
                new Roles(sides, controls).require(EnumSet.of(side));
                sides.requireBegun(side);
            } catch (StorageUnavailableException | StorageTimeoutException e) {
                complete = false;
                sides = awaiting(sides, side, e, () -> {
                    throw e;
                });
            }
        }
        if (!complete) {
            return new Admitted(sides, controls, () -> "");
        }
        Preflight.of(old, fresh, controls.storage()).requireRoutable();
        String plan = plan(sides);
        return new Admitted(sides, controls, () -> plan);
    }

    private Sides awaiting(Sides sides, Side away, StorageException failure, Runnable admission) {
        AwaitedStorage awaited = new AwaitedStorage(sides.of(away), away.label(), failure, admission);
        return away == Side.OLD
                ? new Sides(awaited, sides.of(Side.NEW), migration, clock)
                : new Sides(sides.of(Side.OLD), awaited, migration, clock);
    }

    private void enter(Sides sides, Set<Side> present) {
        if (present.equals(BOTH)) {
            Preflight.of(old, fresh, controls.storage()).requireRoutable();
        }
        Roles roles = new Roles(sides, controls);
        roles.require(present);
        roles.requireAlone(present);
        sides.prepare(present);
        controls.prepare();
        roles.note(controls.read(), present);
    }

    private String plan(Sides sides) {
        return Migration.from(new TermStorage(old, migration, 0))
                        .to(new TermStorage(fresh, migration, 0))
                        .build()
                        .planHash()
                + " " + new Roles(sides, controls).places();
    }
}
