package io.storeway.migrate.routing;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Health;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.migrate.Difference;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.reads.RoutedReplica;
import io.storeway.migrate.routing.internal.reads.RoutedRows;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.writes.RoutedWrites;
import io.storeway.spi.ReplicaStore;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One storage in front of two, while an application moves from the old one to the new one. A durable {@link Stage}, which all
 * instances of the application share, says which of the two is read and which one decides: the latter's word counts where they
 * differ. {@link #control} moves the stage. Thread-safe.
 *
 * <ul>
 *   <li>A write is acknowledged when the storage that decides has committed it together with a mark of the partition. Then the
 *       other storage follows. If that fails or takes too long, the caller isn't told: the marked partition is repaired in the
 *       background.
 *   <li>In DUAL_WRITE and RAMP_DOWN, where nobody reads the other storage, the caller doesn't wait for it; see {@link
 *       #awaitFollower}. In the stages between, and in DUAL_WRITE after a step back, it does, for a limited time.
 *   <li>While the migration switches from one storage to the other, writes wait for a few seconds, and then fail with {@link
 *       io.storeway.error.StorageUnavailableException}, having written nothing.
 *   <li>An instance that can't renew its lease stops writing, with the same exception, and goes on reading.
 *   <li>A unit of work reads from the storage that decides. So does a query across partitions, until READ_NEW has reached 100
 *       percent.
 *   <li>In READ_NEW an instance sees its own writes. Another instance may see the value before, until the other storage has
 *       followed.
 *   <li>Only while the stage is OFF may a storage be written without going through this one. Such a write in a later stage isn't
 *       prevented, but found by comparisons.
 * </ul>
 */
public final class RoutedStorage implements Storage {

    /** The capabilities that say which values can be stored. */
    private static final Set<Capability> VALUES = EnumSet.of(Capability.NUL_CHARACTERS, Capability.NEGATIVE_ZERO);

    private final Sides sides;
    private final RoutedWrites writes;
    private final RoutedRows rows;
    private final RoutingOptions options;
    private final Routing routing;
    private final StageControl control;

    RoutedStorage(Sides sides, ControlRecords controls, RoutingOptions options) {
        this.sides = sides;
        this.options = options;
        this.routing = new Routing(sides, controls, options);
        this.writes = routing.writes();
        this.rows = new RoutedRows(routing.reads(), writes);
        this.control = new StageControl(sides, controls, options, routing.member()::refreshNow);
        routing.start(control);
    }

    /**
     * Starts the description of a storage that moves an application.
     *
     * @param old the storage that the application uses today
     * @param fresh the storage that it moves to
     * @throws IllegalArgumentException if the two don't have the same entity types
     */
    public static RoutedStorageBuilder between(Storage old, Storage fresh) {
        return new RoutedStorageBuilder(old, fresh);
    }

    @Override
    public String name() {
        return RoutingOptions.BACKEND;
    }

    @Override
    public Catalog catalog() {
        return sides.of(Side.OLD).catalog();
    }

    /**
     * What both storages can do, so that no stage takes an ability away. Only the values that can be stored are those of the storage
     * that decides, and may change when the migration switches; a value that the other one can't hold becomes residue there. While the
     * other one has not been reached since this instance was opened, these are those of the one that decides.
     */
    @Override
    public Capabilities capabilities() {
        Side authority = Stages.authority(stage()).orElse(Side.OLD);
        Capabilities both = Capabilities.all()
                .without(
                        Capability.PARTITION_VERSIONS,
                        "a version of one storage says nothing to the one that decides after a switch");
        for (Side side : sides.reached()) {
            Capabilities one = sides.of(side).capabilities();
            for (Capability capability : Capability.values()) {
                boolean counts = side == authority || !VALUES.contains(capability);
                if (counts && !one.has(capability)) {
                    both = both.without(
                            capability,
                            "the storage " + sides.of(side).name() + " says: "
                                    + one.reason(capability).orElse(""));
                }
            }
        }
        return both;
    }

    @Override
    public <T> Repository<T> repository(EntityType<T> type) {
        if (!sides.inCatalog(type)) {
            // One of Storeway's own, which every storage serves that is ready for it.
            sides.of(Stages.authority(stage()).orElse(Side.OLD)).repository(type);
        }
        return new Repository<>(type, rows, options.clock());
    }

    @Override
    public <R> R transact(Function<? super UnitOfWork, ? extends R> work) {
        return writes.run("transact", unit -> work.apply(unit));
    }

    /**
     * The health of both storages and of the background work. A failure of the storage that follows, or of the background work, is no
     * worse than DEGRADED.
     */
    @Override
    public Health health() {
        Stage stage = stage();
        Side authority = Stages.authority(stage).orElse(Side.OLD);
        Health health = new Health(List.of(new Health.Finding("stage", Health.Status.UP, stage.name())))
                .and(sides.of(authority).name(), sides.of(authority).health(), Health.Status.DOWN);
        if (Stages.dual(stage)) {
            Storage follower = sides.of(authority.other());
            health = health.and(follower.name(), follower.health(), Health.Status.DEGRADED);
        }
        Optional<RuntimeException> failure = backgroundFailure();
        return health.and(
                "background work",
                failure.isPresent() ? Health.Status.DEGRADED : Health.Status.UP,
                failure.map(e -> e.getClass().getSimpleName() + ": " + e.getMessage())
                        .orElse("leases are renewed and differences repaired"));
    }

    /** The replica of the storage that decides, for a comparison or a further migration. What is written through it follows too. */
    @Override
    public ReplicaStore replica() {
        return new RoutedReplica(sides, routing.member(), writes);
    }

    /** The stage as this instance knows it; a field read. */
    public Stage stage() {
        return routing.member().view().stage();
    }

    /** Moves the migration on and back. It belongs to the migration, not to this instance, and so also works after {@link #close}. */
    public StageControl control() {
        return control;
    }

    /** The latest differences that shadow reads of this instance have found; keys are redacted. */
    public List<Difference> shadowDifferences() {
        return routing.shadow().differences();
    }

    /**
     * What went wrong in the last round of the background work, renewing the lease or repairing, or that the lease is over, so that writes
     * are refused; empty if nothing did.
     */
    public Optional<RuntimeException> backgroundFailure() {
        return routing.lastFailure().or(routing.member()::lapsed);
    }

    /** What the wish of the advisor waits for, or what is wrong with it; empty if it is fulfilled, or there is no advisor. */
    public Optional<String> advice() {
        return routing.advice();
    }

    /**
     * Waits until what was written through this instance before has been sent to the storage that follows. What that storage
     * didn't take is left to the background work. Delays no write. For tests, and for tools that read that storage.
     *
     * @return whether everything was sent within the time
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public boolean awaitFollower(Duration atMost) throws InterruptedException {
        return routing.follower().await(atMost);
    }

    /**
     * Ends the background work and gives back the lease. Writes on their way to the storage that follows have {@link
     * RoutedStorageBuilder#followerTimeout} to arrive; what hasn't by then stays marked, and any other instance repairs it. Calls that
     * come later, and writes that wait for a switch, are refused by a {@link io.storeway.error.StorageClosedException}, or when their
     * time is over. The two storages stay open: they are the application's. Closing again does nothing.
     */
    @Override
    public void close() {
        routing.close();
    }

    /** The parts of this instance, for tests that play the background themselves. */
    Routing routing() {
        return routing;
    }
}
