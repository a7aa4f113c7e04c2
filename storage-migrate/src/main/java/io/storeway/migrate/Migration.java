package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.migrate.internal.backfill.Backfill;
import io.storeway.migrate.internal.backfill.OnceRun;
import io.storeway.migrate.internal.backfill.Workers;
import io.storeway.migrate.internal.checkpoint.Checkpoints;
import io.storeway.migrate.internal.dryrun.DryRun;
import io.storeway.migrate.internal.run.Gate;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.migrate.internal.run.Retries;
import io.storeway.migrate.internal.run.Timer;
import io.storeway.migrate.internal.verification.ContinuousVerification;
import io.storeway.migrate.internal.verification.SelfTest;
import io.storeway.migrate.internal.verification.Verification;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves the records of one storage to another of any kind, and proves that both are equal.
 *
 * <pre>{@code
 * Migration migration = Migration.from(kv).to(sql).build();
 * migration.plan().entities().forEach(entity -> log(entity.notCarried()));
 * BackfillReport copied = migration.backfill();
 * VerificationReport compared = migration.verify();
 * }</pre>
 *
 * <p>A backfill is idempotent and goes on where an interrupted one stopped: its checkpoint is saved in the target, in the same unit
 * of work as the data. Items that the target can't hold become residue there and don't stop the run, unless {@link RunLimits} say
 * so. The source is only read. Thread-safe. Two backfills at once do the work twice, with the same result; {@link #runOnce} lets one
 * of many instances do it, {@link Builder#share} all of them together.
 */
public final class Migration {

    private final Pairing pair;
    private volatile @Nullable MigrationPlan planned;

    private Migration(Builder builder) {
        this.pair = new Pairing(
                builder.source,
                builder.target,
                builder.source.catalog().types(),
                new Pairing.Pace(
                        builder.batch,
                        builder.workers,
                        builder.readAhead,
                        new Retries(builder.retries, builder.firstWait, builder.timer),
                        builder.limits,
                        builder.timer,
                        new Gate(),
                        builder.lease,
                        builder.shared),
                builder.clock,
                builder.listener);
    }

    /** Begins to build a migration from a storage. */
    public static From from(Storage source) {
        return new From(source);
    }

    /** A migration that knows its source. */
    public static final class From {
        private final Storage source;

        private From(Storage source) {
            this.source = source;
        }

        /**
         * The storage to write to.
         *
         * @throws IllegalArgumentException if it lacks an entity type of the source's catalog
         */
        public Builder to(Storage target) {
            for (EntityType<?> type : source.catalog().types()) {
                if (!target.catalog().contains(type)) {
                    throw new IllegalArgumentException("The target's catalog lacks the source's entity type "
                            + type.name() + ", or has another object of that name; open both with the same Catalog");
                }
            }
            return new Builder(source, target);
        }
    }

    /** The settings of a migration; not thread-safe. */
    public static final class Builder {
        private final Storage source;
        private final Storage target;
        private int batch;
        private int workers = 1;
        private boolean readAhead = true;
        private int retries = 3;
        private Duration firstWait = Duration.ofMillis(500);
        private RunLimits limits = RunLimits.NONE;
        private Timer timer = Timer.SYSTEM;
        private Duration lease = Duration.ofSeconds(30);
        private boolean shared;
        private Clock clock = Clock.systemUTC();
        private ProgressListener listener = (phase, entity, partitions, items) -> {};

        private Builder(Storage source, Storage target) {
            this.source = source;
            this.target = target;
        }

        /**
         * About how many items go into one unit of work. By default a run adapts it so that writing one takes about half a second,
         * up to 5,000 items.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder batch(int items) {
            if (items < 1) {
                throw new IllegalArgumentException("A batch has at least 1 item, not " + items);
            }
            this.batch = items;
            return this;
        }

        /**
         * How many threads write, each with units of work of its own; 1 by default. With several, a backfill reads one batch for
         * each of them at once, and saves its checkpoint when all are written. If it dies in between, the next run finds the batches
         * that were written unchanged. Types with unique keys, and types that refer to themselves, are always written by one thread,
         * because there the order of two records decides which of them is refused. So rows and residue are the same for any number.
         *
         * <p>Several threads are faster if the target is a server with processors to spare. Where the target's writers wait for each
         * other, as those of SQLite and of embedded key-value stores do, a backfill with several threads is refused with an {@link
         * io.storeway.error.UnsupportedCapabilityException}.
         *
         * @throws IllegalArgumentException if it is not from 1 to 64
         */
        public Builder workers(int threads) {
            if (threads < 1 || threads > Workers.MOST) {
                throw new IllegalArgumentException("From 1 to " + Workers.MOST + " workers write, not " + threads);
            }
            this.workers = threads;
            return this;
        }

        /** Reads each batch on the caller's thread, instead of on another one while the batch before is written. */
        public Builder withoutReadingAhead() {
            this.readAhead = false;
            return this;
        }

        /** How far runs go before they stop by themselves, and how fast; without limits by default. */
        public Builder limits(RunLimits given) {
            this.limits = given;
            return this;
        }

        /**
         * Shares the work with backfills of other processes, on this machine or others. Each process takes pages that no other has
         * taken, and returns when everything is copied, with the counts of all. All of them have to call this, with the same source,
         * target and catalog; they may come and go at any time. What a process has taken is written down in the target. If it dies
         * or hangs, another one copies its page after the {@linkplain #lease lease}; should it wake up then, it writes nothing. Rows
         * and residue are the same as with one process.
         *
         * <p>A type begins when the types that it refers to are done. Types with unique keys, and types that refer to themselves, are
         * copied by one process at a time. {@linkplain #limits Limits} hold for this process alone. Where the target's writers wait
         * for each other, only the reading becomes faster.
         *
         * <p>A backfill is refused, with an {@link io.storeway.error.UnsupportedCapabilityException}, if the target has no conditional
         * writes or no units of work. An interrupted shared run goes on only if it is shared again.
         */
        public Builder share() {
            this.shared = true;
            return this;
        }

        /**
         * How often a call of a storage that failed for a temporary reason is tried again, and about how long to wait before the
         * first retry; the wait is four times as long before each further one. By default 3 retries, the first after half a second.
         *
         * @throws IllegalArgumentException if a number is negative, or the time is not positive
         */
        public Builder retries(int times, Duration first) {
            if (times < 0 || first.isNegative() || first.isZero()) {
                throw new IllegalArgumentException(
                        "Retries are 0 or more and wait for some time, not " + times + " after " + first);
            }
            this.retries = times;
            this.firstWait = first;
            return this;
        }

        /**
         * How long an instance may take for a batch until another one takes over its {@link Migration#runOnce}, or its part of a
         * {@linkplain #share shared} run; 30 seconds by default. Has to be longer than a batch takes. Clocks of instances that
         * differ cost time or double work, and nothing else.
         *
         * @throws IllegalArgumentException if it is less than a second
         */
        public Builder lease(Duration lasting) {
            if (lasting.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("A lease lasts a second or more, not " + lasting);
            }
            this.lease = lasting;
            return this;
        }

        /** How runs measure time and wait. */
        Builder timer(Timer given) {
            this.timer = given;
            return this;
        }

        /** Judges expiry and gives the times of reports; the system's clock by default. */
        public Builder clock(Clock judging) {
            this.clock = judging;
            return this;
        }

        /** Is told how the run gets on. */
        public Builder listener(ProgressListener told) {
            this.listener = told;
            return this;
        }

        /** The migration. */
        public Migration build() {
            return new Migration(this);
        }
    }

    /**
     * Says what a backfill would do. Reads the whole source and writes nothing. After it, runs of this migration know how much there is
     * to do, and report how long the rest will take.
     */
    public MigrationPlan plan() {
        MigrationPlan plan = pair.planner().plan();
        planned = plan;
        return plan;
    }

    /**
     * As {@link #plan()}, and checks every item against the rules of the target: which would be refused, which references lead nowhere,
     * which ids are there both as number and as text, how large everything is. Assumes an empty target. Writes nothing. Needs about
     * 12 bytes of memory for each record that others refer to, and for each value of a unique key.
     *
     * @throws io.storeway.error.StorageException if the source fails
     */
    public DryRunReport dryRun() {
        return new DryRun(pair).run(plan());
    }

    /** A short text that changes when the entity types or the pair of storages change in a way that matters for a run. */
    public String planHash() {
        return pair.planner().hash();
    }

    /**
     * Copies every partition that the target doesn't have, or not as it is now. Goes on where an interrupted run stopped. After a run
     * that reached its end it starts anew, and writes only what has changed.
     *
     * @throws MigrationException if an interrupted run was made with another plan; see {@link #restart()}; or if source and
     *     target are the same data
     * @throws io.storeway.error.UnsupportedCapabilityException if the target takes no writes
     * @throws io.storeway.error.StorageException if one of the storages fails; the next run goes on from there
     */
    public BackfillReport backfill() {
        return new Backfill(pair, planned, unit -> {}).run();
    }

    /**
     * As {@link #backfill()}, but once for each version, however many instances of an application call it when they start. One of them
     * makes the run and the others wait until it is done, or all {@linkplain Builder#share share} it. If an instance dies, another one
     * goes on after the {@linkplain Builder#lease lease}. A run that was ended by {@link RunLimits} or {@link #stop} is not done; the
     * next call goes on with it.
     *
     * @param version the application's name for the state of the data after the run, for example {@code v1}
     * @return the report of the run that this call made or shared, or empty if another call has done this version
     * @throws io.storeway.error.StorageException as {@link #backfill()}
     */
    public Optional<BackfillReport> runOnce(String version) {
        return new OnceRun(pair, planned, version).run();
    }

    /** Pauses the runs of this migration, each before its next batch, until {@link #resume}. */
    public void pause() {
        pair.pace().gate().pause();
    }

    /** Lets runs go on. */
    public void resume() {
        pair.pace().gate().resume();
    }

    /** Whether runs are paused. */
    public boolean paused() {
        return pair.pace().gate().paused();
    }

    /** Ends the backfills and continuous comparisons of this migration that run now, each after its batch, even if paused. */
    public void stop() {
        pair.pace().gate().stop();
    }

    /** Deletes the checkpoints, so that the next backfill starts at the beginning. Data and residue stay. */
    public void restart() {
        new Checkpoints(pair.target()).forget(pair.types());
    }

    /** How far the backfill has come, from the checkpoints in the target. */
    public List<EntityProgress> status() {
        return new Checkpoints(pair.target()).progress(pair.types());
    }

    /** What the target keeps of this migration. */
    public MigrationTarget target() {
        return MigrationTarget.of(pair.target());
    }

    /**
     * Compares all partitions of both sides, in both directions. The tolerated difference is zero. What differs is looked at
     * again before it is reported, so writers may be at work. Writes nothing.
     *
     * @throws io.storeway.error.StorageException if one of the storages fails
     */
    public VerificationReport verify() {
        return verify(VerifyOptions.FULL);
    }

    /** As {@link #verify()}, with options: a part of the partitions, or another number of looks. */
    public VerificationReport verify(VerifyOptions options) {
        return new Verification(pair, options, planned).run();
    }

    /**
     * As {@link #verify()}, round after round, until {@link #stop} or until the time of the {@linkplain Builder#limits limits} is over.
     * The limits also set how fast it reads. Each difference is told to the {@linkplain Builder#listener listener} when it is found.
     * The position is kept in the target, and nothing else is written, so that the next call goes on where this one stopped; with a
     * target that takes no writes, each call begins a new round. Only one such call may compare a pair of storages at a time.
     *
     * @param rounds takes the report of each round when it ends. For a round that an earlier call has begun, the counts are those of
     *     the whole round, the examples and times those of this call
     * @return why it ended
     * @throws io.storeway.error.StorageException if one of the storages fails; the next call goes on from there
     */
    public StopReason verifyContinuously(Consumer<VerificationReport> rounds) {
        return new ContinuousVerification(pair, planned, rounds).run();
    }

    /**
     * Shows that a comparison finds defects: runs {@link #verify()} on a target of which so many partitions seem to have one wrong item,
     * and says how many of them it found. Writes nothing.
     *
     * @param defects from 1 to 100; fewer are planted if the target has fewer partitions
     * @throws IllegalArgumentException if it is another number
     */
    public SelfTestReport selfTest(int defects) {
        if (defects < 1 || defects > Verification.MAX_EXAMPLES) {
            throw new IllegalArgumentException(
                    "From 1 to " + Verification.MAX_EXAMPLES + " defects are planted, not " + defects);
        }
        return new SelfTest(pair, defects).run();
    }

    /** Hands over every residue item of the target, type by type. Reads the whole target. */
    public void residue(Consumer<ResidueItem> consumer) {
        target().residue(consumer);
    }
}
