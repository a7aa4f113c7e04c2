package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.Storage;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

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
 * same unit of work as the data. Items that the target can't hold become residue there and never stop the run. The source
 * is only read. Thread-safe; two backfills at once do the work twice and end the same.
 */
public final class Migration {

    private final Pairing pair;

    private Migration(Builder builder) {
        this.pair = new Pairing(
                builder.source,
                builder.target,
                builder.source.catalog().types(),
                builder.batch,
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
                    throw new IllegalArgumentException("The target's catalog lacks the entity type " + type.name());
                }
            }
            return new Builder(source, target);
        }
    }

    /** The settings of a migration; not thread-safe. */
    public static final class Builder {
        private final Storage source;
        private final Storage target;
        private int batch = 1_000;
        private Clock clock = Clock.systemUTC();
        private ProgressListener listener = (phase, entity, partitions, items) -> {};

        private Builder(Storage source, Storage target) {
            this.source = source;
            this.target = target;
        }

        /**
         * About how many items go into one unit of work; 1,000 by default.
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

    /** Says what a backfill would do. Reads the whole source, writes nothing anywhere. */
    public MigrationPlan plan() {
        return pair.planner().plan();
    }

    /** A short text that changes when the entity types or the pair of storages change in a way that matters for a run. */
    public String planHash() {
        return pair.planner().hash();
    }

    /**
     * Copies every partition that the target doesn't have yet as it is now. Goes on where an interrupted run stopped;
     * after a run that reached its end it starts anew, and writes nothing where nothing has changed.
     *
     * @throws MigrationException if an interrupted run was made with another plan; see {@link #restart()}
     * @throws io.storeway.error.UnsupportedCapabilityException if the target takes no writes
     * @throws io.storeway.error.StorageException if one of the storages fails; the next run goes on from there
     */
    public BackfillReport backfill() {
        return new Backfill(pair).run();
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
     * Compares all partitions of both sides, in both directions. The tolerated difference is zero. Writes nothing.
     *
     * @throws io.storeway.error.StorageException if one of the storages fails
     */
    public VerificationReport verify() {
        return new Verification(pair).run();
    }

    /** Hands over every residue item of the target, by entity type, as long as it takes to read the target. */
    public void residue(Consumer<ResidueItem> consumer) {
        target().residue(consumer);
    }
}
