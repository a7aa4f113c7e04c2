package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.Storage;
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
 * <p>A backfill is idempotent and goes on where an interrupted one stopped: its checkpoint is saved in the target, in the
 * same unit of work as the data. Items that the target can't hold become residue there and never stop the run, unless {@link
 * RunLimits} say so. The source is only read. Thread-safe; two backfills at once do the work twice and end the same; {@link
 * #runOnce} lets one of many instances do it, {@link Builder#share} all of them together.
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

    /** Starts the description of a migration from a storage. */
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
         * About how many items go into one unit of work. By default a run finds out how many take about half a second to
         * write, and never takes more than 5,000.
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
         * How many threads write, each a part of what is read, in units of work of its own; 1 by default. A backfill then
         * reads so many batches at once, and saves its checkpoint when all of them are written: where it dies in between, the
         * next run finds them unchanged. Types with unique keys, and those that refer to themselves, are written by one
         * thread, because there the first of two records decides what becomes of the other. So what is at the target in the
         * end, and what is residue, is the same for any number.
         *
         * <p>Gains where the target is a server with processors to spare. A backfill is refused, with an {@link
         * io.storeway.error.UnsupportedCapabilityException}, where there are to be several and the target's writers wait for
         * each other, as those of SQLite and of an embedded key-value store do.
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

        /** Reads each part on the caller's thread, and not on one of its own while the part before is written. */
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
         * Lets backfills of other processes, on this machine or others, share the work: each takes pages that nobody else
         * has, and returns when all is copied, with the counts of all. All of them call this and have the same source, target
         * and catalog; they may come and go at any time. What a process has claimed is written down in the target. Where one
         * dies or hangs, another copies its page after the {@linkplain #lease lease}; should it wake up, it writes nothing.
         * What is at the target in the end, and what is residue, is the same as with one process.
         *
         * <p>A type begins when those that it refers to are done. Types with unique keys, and those that refer to themselves,
         * are copied by one process at a time. {@linkplain #limits Limits} are those of this process. A target whose
         * writers wait for each other gains no more than the reading.
         *
         * <p>A backfill is refused, with an {@link io.storeway.error.UnsupportedCapabilityException}, where the target has no
         * conditional writes or no units of work; and a run that was shared goes on only if it is shared again.
         */
        public Builder share() {
            this.shared = true;
            return this;
        }

        /**
         * How often a call of a storage is made again that failed for a reason that passes, and how long to wait about
         * before the first time; each time four times as long. Three times after half a second by default.
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
         * After what time without a batch another instance takes over {@link Migration#runOnce}, or a part of a {@linkplain
         * #share shared} run; 30 seconds by default. It has to be longer than a batch takes. The clocks of the instances may
         * differ: that costs time or work twice, and nothing else.
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
     * Says what a backfill would do. Reads the whole source, writes nothing anywhere. Runs of this migration know from then
     * on how much there is, so that they can tell how long they will take.
     */
    public MigrationPlan plan() {
        MigrationPlan plan = pair.planner().plan();
        planned = plan;
        return plan;
    }

    /**
     * As {@link #plan()}, and judges every item by the rules of the target: what would be refused, which references lead
     * nowhere, which ids are there as number and as text, how large all is. Rows that an earlier run has brought to the target
     * play no part. Writes nothing anywhere. Needs about 12 bytes of memory for each record that others refer to, and for each
     * that has a unique key.
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
     * Copies every partition that the target doesn't have yet as it is now. Goes on where an interrupted run stopped;
     * after a run that reached its end it starts anew, and writes nothing where nothing has changed.
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
     * As {@link #backfill()}, once for each version, however many instances of an application call it as they start: one of
     * them makes it, the others wait until it is done; or all of them {@linkplain Builder#share share} it. If one dies,
     * another goes on after the {@linkplain Builder#lease lease}. A run that {@link RunLimits} or {@link #stop} ended is not done; the next call goes on.
     *
     * @param version what the application calls the state of the data that it brings about, for example {@code v1}
     * @return the report of the run that this call made or shared, or empty if the version was done already or by another instance
     * @throws io.storeway.error.StorageException as {@link #backfill()}
     */
    public Optional<BackfillReport> runOnce(String version) {
        return new OnceRun(pair, planned, version).run();
    }

    /** Holds the runs of this migration, each before its next batch, until {@link #resume}. */
    public void pause() {
        pair.pace().gate().pause();
    }

    /** Lets runs go on. */
    public void resume() {
        pair.pace().gate().resume();
    }

    /** Whether runs are held. */
    public boolean paused() {
        return pair.pace().gate().paused();
    }

    /** Ends the backfills and continuous comparisons of this migration that run now, each after its batch, paused or not. */
    public void stop() {
        pair.pace().gate().stop();
    }

    /** Forgets the checkpoints, so that the next backfill starts at the beginning. Data and residue stay. */
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
     * As {@link #verify()}, round after round, for as long as the two sides live side by side: until {@link #stop}, or until the
     * time of the {@linkplain Builder#limits limits} is over. Their rate is that of the reading; without one it reads as fast
     * as it can. A difference is told to the {@linkplain Builder#listener listener} when it is found. The next call goes on in
     * the round where this one stopped: the position is kept in the target, and nothing else is written. A target that takes
     * no writes keeps none, so that each call begins a round. One at a time compares a pair.
     *
     * @param rounds is given the report of each round as it ends; of a resumed round, the counts are those of the whole and
     *     the examples and times those of this call
     * @return why it ended
     * @throws io.storeway.error.StorageException if one of the storages fails; the next call goes on from there
     */
    public StopReason verifyContinuously(Consumer<VerificationReport> rounds) {
        return new ContinuousVerification(pair, planned, rounds).run();
    }

    /**
     * Shows that a comparison finds what is wrong: alters copies of so many partitions of the target on their way to {@link
     * #verify()}, one item of each, and tells how many of them were found. Writes nothing.
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

    /** Hands over every residue item of the target, by entity type, as long as it takes to read the target. */
    public void residue(Consumer<ResidueItem> consumer) {
        target().residue(consumer);
    }
}
