package io.storeway.migrate.routing;

import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.routing.internal.control.Pause;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.writes.Pending;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The settings of a routed storage; not thread-safe. */
public final class RoutedStorageBuilder {

    private final Storage old;
    private final Storage fresh;
    private String migration = "default";
    private @Nullable Storage control;
    private String instance = UUID.randomUUID().toString();
    private Clock clock = Clock.systemUTC();
    private Pause pause = Pause.sleeping();
    private Duration lease = Duration.ofSeconds(10);
    private Duration park = Duration.ofSeconds(2);
    private Duration followerTimeout = Duration.ofSeconds(1);
    private int followers = 16;
    private @Nullable Executor behind;
    private Duration heartbeat = Duration.ofSeconds(1);
    private Duration switchWithin = Duration.ofSeconds(10);
    private int comparisons = 100;
    private int sample = 10;
    private int pending = 100_000;
    private @Nullable StageAdvisor advisor;
    private RollbackPolicy rollback = RollbackPolicy.defaults();

    RoutedStorageBuilder(Storage old, Storage fresh) {
        requireTypes(old, fresh, "new");
        requireTypes(fresh, old, "old");
        this.old = old;
        this.fresh = fresh;
    }

    private static void requireTypes(Storage one, Storage other, String side) {
        for (EntityType<?> type : one.catalog().types()) {
            if (!other.catalog().contains(type)) {
                throw new IllegalArgumentException(
                        "The " + side + " storage's catalog lacks the other one's entity type " + type.name()
                                + ", or has another object of that name; open both with the same Catalog");
            }
        }
    }

    /** The name of the migration, the same in all instances and not blank; {@code default} if none is given. */
    public RoutedStorageBuilder named(String name) {
        this.migration = RoutingOptions.requireName("migration", name);
        return this;
    }

    /**
     * Where the stage is kept: a durable storage with units of work that every instance reaches, one of the two or a third
     * one. The old storage if none is given.
     */
    public RoutedStorageBuilder controlledBy(Storage storage) {
        this.control = storage;
        return this;
    }

    /** The name of this instance of the application, different from those of the others and not blank; random if none is given. */
    public RoutedStorageBuilder instance(String name) {
        this.instance = RoutingOptions.requireName("instance", name);
        return this;
    }

    /** Judges expiry and leases, and gives the times of records; the system's clock by default. */
    public RoutedStorageBuilder clock(Clock judging) {
        this.clock = judging;
        return this;
    }

    /**
     * For how long an instance may write without renewing its lease; 10 seconds by default. The clocks of instances may differ by a
     * fifth of it.
     */
    public RoutedStorageBuilder lease(Duration time) {
        this.lease = RoutingOptions.requirePositive(time);
        return this;
    }

    /** How long a write waits while the migration switches; 2 seconds by default. */
    public RoutedStorageBuilder park(Duration time) {
        this.park = RoutingOptions.requirePositive(time);
        return this;
    }

    /**
     * How long a write waits for the storage that follows: until that has it where it may be read, else until there is room
     * among the writes on their way; 1 second by default.
     */
    public RoutedStorageBuilder followerTimeout(Duration time) {
        this.followerTimeout = RoutingOptions.requirePositive(time);
        return this;
    }

    /**
     * How many writes that are waited for can be sent to the following storage at once, each by a thread of its own; 16 by
     * default. With 0 every write is sent by its caller's thread before the call returns, without a limit of time.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public RoutedStorageBuilder followers(int atOnce) {
        if (atOnce < 0) {
            throw new IllegalArgumentException("There can't be " + atOnce + " followers at once");
        }
        this.followers = atOnce;
        return this;
    }

    /** How often the lease is renewed and marks are repaired; every second by default. */
    public RoutedStorageBuilder heartbeat(Duration every) {
        this.heartbeat = RoutingOptions.requirePositive(every);
        return this;
    }

    /** How long a switch of the storage that decides may take until it is given up; 10 seconds by default. */
    public RoutedStorageBuilder switchWithin(Duration time) {
        this.switchWithin = RoutingOptions.requirePositive(time);
        return this;
    }

    /**
     * How many reads have to be compared, by all instances together, before SHADOW is left; 100 by default.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public RoutedStorageBuilder shadowComparisons(int atLeast) {
        this.comparisons = RoutingOptions.requireComparisons(atLeast);
        return this;
    }

    /**
     * The share of reads that are compared in SHADOW, READ_NEW and LIVE; 10 percent by default.
     *
     * @throws IllegalArgumentException if it is not between 0 and 100
     */
    public RoutedStorageBuilder shadowSample(int percent) {
        this.sample = RoutingOptions.requireShare(percent);
        return this;
    }

    /** A flag that moves the stage as far as the guards of each step allow; none by default. */
    public RoutedStorageBuilder advisedBy(StageAdvisor wishes) {
        this.advisor = wishes;
        return this;
    }

    /**
     * When reads of the new storage are so bad that READ_NEW goes back to SHADOW by itself and stays frozen there; {@link
     * RollbackPolicy#defaults()} if none is given.
     */
    public RoutedStorageBuilder rollback(RollbackPolicy policy) {
        this.rollback = policy;
        return this;
    }

    /** Without background work: a test does it step by step. */
    RoutedStorageBuilder stepwise(Pause waiting) {
        this.heartbeat = Duration.ZERO;
        this.pause = waiting;
        return this;
    }

    /** The limit of {@link Pending}, smaller for tests. */
    RoutedStorageBuilder pending(int partitions) {
        this.pending = partitions;
        return this;
    }

    /** What runs the writes that aren't waited for: a test does it in steps. */
    RoutedStorageBuilder behind(Executor steps) {
        this.behind = steps;
        return this;
    }

    private RoutingOptions options(Admission.Admitted admitted) {
        return new RoutingOptions(
                migration,
                instance,
                admitted.plan(),
                clock,
                pause,
                lease,
                RoutingOptions.skew(lease),
                park,
                followerTimeout,
                followers,
                behind,
                heartbeat,
                switchWithin,
                comparisons,
                sample,
                pending,
                advisor,
                rollback);
    }

    /**
     * Opens the storage. Makes both storages ready for marks and versions, and joins the migration in its present stage.
     *
     * <p>While the storage that follows is out of reach, this opens without it: calls go on as when it fails later, and as soon as it can be
     * reached it is checked and joined in the background. {@link io.storeway.Storages#deferred} gives a storage that can't be opened yet. Not so
     * in the first opening, which begins the migration, and during a switch.
     *
     * @throws IllegalArgumentException if the heartbeat is too slow for the lease
     * @throws MigrationException if the storages aren't those that the migration began with, are exchanged, are one and the same, or
     *     take part in a migration of this name with another control storage; or if the migration has not begun, and another one
     *     that is under way moves the same types between them
     * @throws io.storeway.error.UnsupportedCapabilityException if one of the storages can't take part; see {@link
     *     Preflight}
     * @throws io.storeway.error.StorageException if one of the storages fails
     */
    public RoutedStorage open() {
        RoutingOptions.requireRenewed(lease, heartbeat);
        Admission.Admitted admitted = admission().instance();
        return new RoutedStorage(admitted.sides(), admitted.controls(), options(admitted));
    }

    /**
     * Begins the migration in OFF, as the first instance of the application does that opens the storage; changes nothing if it has
     * begun. For an operator's tools, which neither read nor write through it.
     *
     * @throws MigrationException as {@link #open}
     * @throws io.storeway.error.UnsupportedCapabilityException if one of the storages can't take part; see {@link
     *     Preflight}
     * @throws io.storeway.error.StorageException if one of the storages fails
     */
    public StageControl begin() {
        return control(admission().begin());
    }

    /**
     * The control of a migration that has begun, for an operator's tools, which neither read nor write through it. Neither this call
     * nor those that only look at the migration write anything. While one of the storages is out of reach, what needs the records alone
     * works all the same: {@link StageControl#status}, a freeze, a step back from READ_NEW.
     *
     * @throws MigrationException if nobody has begun a migration of this name, or not between these two storages
     * @throws io.storeway.error.UnsupportedCapabilityException if one of the storages can't take part; see {@link
     *     Preflight}
     * @throws io.storeway.error.StorageException if one of the storages fails
     */
    public StageControl control() {
        return control(admission().operator());
    }

    private StageControl control(Admission.Admitted admitted) {
        return new StageControl(admitted.sides(), admitted.controls(), options(admitted), () -> {});
    }

    /** What a routed storage can promise for this pair, and why it can't be routed if it can't. Writes nothing. */
    public Preflight preflight() {
        return Preflight.of(old, fresh, controlStorage());
    }

    private Storage controlStorage() {
        return control == null ? old : control;
    }

    private Admission admission() {
        return new Admission(old, fresh, controlStorage(), migration, clock);
    }
}
