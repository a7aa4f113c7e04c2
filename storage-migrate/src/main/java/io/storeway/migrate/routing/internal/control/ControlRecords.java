package io.storeway.migrate.routing.internal.control;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.layout.KeyTemplate;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.routing.StageChange;
import java.lang.invoke.MethodHandles;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The durable records of one migration in the control storage. Thread-safe. */
public final class ControlRecords {

    /** The history of migrations. */
    public static final EntityType<StageChange> CHANGES = EntityType.of(StageChange.class, MethodHandles.lookup())
            .named("storeway_stage_history")
            .partitionedBy(StageChange::migration)
            .identifiedBy(StageChange::epoch)
            .keyValue(KeyTemplate.LISTED_PREFIX + "history:{migration}", Blob.arrayOfObjects())
            .build();

    private static final List<EntityType<?>> TYPES = List.of(StageRecord.TYPE, CHANGES, Instance.TYPE, Waiver.TYPE);

    private final Storage storage;
    private final String migration;
    private final Clock clock;

    public ControlRecords(Storage storage, String migration, Clock clock) {
        this.storage = storage;
        this.migration = migration;
        this.clock = clock;
    }

    public Storage storage() {
        return storage;
    }

    /** Makes the control storage ready, and begins the migration in OFF if nobody has begun it. */
    public void prepare() {
        storage.replica().prepare(TYPES);
        if (last().isEmpty()) {
            storage.transact(unit -> {
                StageRecord first = StageRecord.first(migration, clock.instant());
                if (!unit.repository(StageRecord.TYPE).exists(migration)) {
                    unit.repository(StageRecord.TYPE).insert(first);
                }
                return first;
            });
        }
    }

    /**
     * Checks that the migration has begun. Writes nothing.
     *
     * @throws MigrationException if nobody has begun it
     */
    public void requireBegun() {
        if (find().isPresent()) {
            return;
        }
        List<String> begun = all().stream().map(StageRecord::migration).sorted().toList();
        throw new MigrationException(
                "The control storage (" + storage.name() + ") knows no migration named " + migration
                        + "; "
                        + (begun.isEmpty()
                                ? "none has begun there"
                                : "those that have begun there are " + String.join(", ", begun))
                        + ". The first instance of the application that opens it begins it");
    }

    /** The record, if the migration has begun. Writes nothing. */
    public Optional<StageRecord> find() {
        return storage.replica().ready(TYPES) ? last() : Optional.empty();
    }

    /** The records of all migrations that have begun here. */
    public List<StageRecord> all() {
        return storage.replica().ready(TYPES)
                ? storage.repository(StageRecord.TYPE).all().allowScan().list()
                : List.of();
    }

    private Optional<StageRecord> last() {
        return storage.repository(StageRecord.TYPE).find(migration);
    }

    public StageRecord read() {
        return last().orElseThrow(() -> new IllegalStateException("The control storage has lost its record"));
    }

    /**
     * Replaces a record by the next one, if nobody has replaced it since.
     *
     * @return whether it was
     */
    public boolean replace(StageRecord before, StageRecord after, String evidence) {
        return storage.transact(unit -> {
            boolean last = unit.repository(StageRecord.TYPE)
                    .find(migration)
                    .filter(record -> record.epoch() == before.epoch())
                    .isPresent();
            if (last) {
                unit.repository(StageRecord.TYPE).update(after);
                unit.repository(CHANGES).insert(change(before, after, evidence));
            }
            return last;
        });
    }

    private static StageChange change(StageRecord before, StageRecord after, String evidence) {
        return new StageChange(
                after.migration(),
                after.epoch(),
                before.stage(),
                after.stage(),
                after.term(),
                after.percent(),
                after.reason(),
                evidence,
                after.changedBy(),
                after.changedAt());
    }

    public List<StageChange> history() {
        return storage.repository(CHANGES).partition(migration).list();
    }

    public void save(Instance instance) {
        storage.repository(Instance.TYPE).save(instance);
    }

    /** Removes the instances whose lease ended before that time. */
    public void forgetDead(Instant before) {
        List<Key> dead = storage.repository(Instance.TYPE).partition(migration).list().stream()
                .filter(instance -> !instance.live(before))
                .map(instance -> Key.of(migration, instance.instance(), instance.session()))
                .toList();
        if (!dead.isEmpty()) {
            storage.repository(Instance.TYPE).deleteAll(dead);
        }
    }

    public void forget(Instance instance) {
        storage.repository(Instance.TYPE).delete(migration, instance.instance(), instance.session());
    }

    /** The instances whose lease, as they wrote it down, runs at that time. */
    public List<Instance> live(Instant now) {
        return storage.repository(Instance.TYPE).partition(migration).list().stream()
                .filter(instance -> instance.live(now))
                .toList();
    }

    /** The instances that may still write and have not acknowledged the record. */
    public List<Instance> late(StageRecord record, RoutingOptions options) {
        return live(options.clock().instant().minus(options.skew())).stream()
                .filter(instance -> instance.ackedEpoch() < record.epoch())
                .toList();
    }

    public void waive(String subject, long amount, StageRecord.Cause cause) {
        Instant at = cause.at().truncatedTo(ChronoUnit.MILLIS);
        storage.repository(Waiver.TYPE).save(new Waiver(migration, subject, amount, cause.reason(), cause.by(), at));
    }

    public Optional<Waiver> waiver(String subject) {
        return storage.repository(Waiver.TYPE).find(migration, subject);
    }
}
