package io.storeway.migrate.routing.internal.control;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.layout.KeyTemplate;
import io.storeway.migrate.routing.Stage;
import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/**
 * The durable record of where a migration stands, one for all instances.
 *
 * @param migration its name
 * @param id tells it from another migration of the same name
 * @param stage the stage
 * @param previous the stage before, to which a switchover returns if it fails
 * @param epoch grows by one with each change of this record
 * @param term the first number of the versions that the authority gives; grows when a switchover or a backfill begins
 * @param percent the share of partitions read from the new storage in READ_NEW
 * @param included routing keys that are read from the new storage whatever the share
 * @param excluded routing keys that are never read from there
 * @param opened whether a backfill of this run has begun, so that every instance writes both sides
 * @param synced whether a backfill of this run has come to its end
 * @param copied the fields that this backfill has copied, each behind the name of its type and a dot; empty before its end
 * @param frozenFor why forward moves are refused; empty if they aren't
 */
public record StageRecord(
        String migration,
        String id,
        Stage stage,
        Stage previous,
        long epoch,
        long term,
        int percent,
        List<String> included,
        List<String> excluded,
        boolean opened,
        boolean synced,
        List<String> copied,
        String frozenFor,
        String reason,
        String changedBy,
        Instant changedAt) {

    public static final EntityType<StageRecord> TYPE = EntityType.of(StageRecord.class, MethodHandles.lookup())
            .named("storeway_stage")
            .identifiedBy(StageRecord::migration)
            .keyValue(KeyTemplate.LISTED_PREFIX + "stage:{migration}", Blob.object())
            .build();

    static StageRecord first(String migration, Instant now) {
        return new StageRecord(
                migration,
                UUID.randomUUID().toString(),
                Stage.OFF,
                Stage.OFF,
                1,
                1,
                0,
                List.of(),
                List.of(),
                false,
                false,
                List.of(),
                "",
                "created",
                "storeway",
                now.truncatedTo(ChronoUnit.MILLIS));
    }

    /** Who changes the record, why and when. */
    public record Cause(String by, String reason, Instant at) {
        /**
         * Checks that who and why are given.
         *
         * @throws IllegalArgumentException if one of them is blank
         */
        public Cause {
            if (by.isBlank() || reason.isBlank()) {
                throw new IllegalArgumentException(
                        "A change of a migration says who makes it and why; one of the two is empty");
            }
        }
    }

    /** Begins the record that follows this one. */
    public Draft change(Cause cause) {
        return new Draft(this, cause);
    }

    /** Whether forward moves are refused. */
    public boolean frozen() {
        return !frozenFor.isEmpty();
    }

    /** The stage by which reads are routed; while the migration switches, the one before. */
    public Stage reading() {
        return stage == Stage.SWITCHING ? previous : stage;
    }

    /** Whether an instance may read the follower, be it one that hasn't heard of this record yet. */
    public boolean followerRead() {
        return switch (stage) {
            case SHADOW, READ_NEW, LIVE -> true;
            case DUAL_WRITE -> previous == Stage.SHADOW;
            case OFF, SWITCHING, RAMP_DOWN, COMPLETE -> false;
        };
    }

    /** Builds the next record. Not thread-safe. */
    public static final class Draft {
        private final StageRecord before;
        private final Cause cause;
        private Stage stage;
        private long term;
        private int percent;
        private List<String> included;
        private List<String> excluded;
        private boolean opened;
        private boolean synced;
        private List<String> copied;
        private String frozenFor;

        private Draft(StageRecord before, Cause cause) {
            this.before = before;
            this.cause = cause;
            this.stage = before.stage;
            this.term = before.term;
            this.percent = before.percent;
            this.included = before.included;
            this.excluded = before.excluded;
            this.opened = before.opened;
            this.synced = before.synced;
            this.copied = before.copied;
            this.frozenFor = before.frozenFor;
        }

        public Draft stage(Stage to) {
            this.stage = to;
            return this;
        }

        public Draft nextTerm() {
            this.term = before.term + 1;
            return this;
        }

        public Draft percent(int share) {
            this.percent = share;
            return this;
        }

        public Draft overrides(List<String> include, List<String> exclude) {
            this.included = List.copyOf(include);
            this.excluded = List.copyOf(exclude);
            return this;
        }

        /** Sets {@link StageRecord#opened} and {@link StageRecord#synced}. */
        public Draft backfill(boolean begun, boolean done) {
            this.opened = begun;
            this.synced = done;
            return this;
        }

        /** Sets {@link StageRecord#copied}. */
        public Draft copied(List<String> fields) {
            this.copied = List.copyOf(fields);
            return this;
        }

        public Draft frozen(boolean hold) {
            this.frozenFor = hold ? cause.reason() : "";
            return this;
        }

        public StageRecord record() {
            return new StageRecord(
                    before.migration,
                    before.id,
                    stage,
                    stage == before.stage ? before.previous : before.stage,
                    before.epoch + 1,
                    term,
                    percent,
                    included,
                    excluded,
                    opened,
                    synced,
                    synced ? copied : List.of(),
                    frozenFor,
                    cause.reason(),
                    cause.by(),
                    cause.at().truncatedTo(ChronoUnit.MILLIS));
        }
    }
}
