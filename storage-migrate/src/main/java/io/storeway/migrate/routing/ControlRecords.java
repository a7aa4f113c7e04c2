package io.storeway.migrate.routing;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.migrate.MigrationException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The durable records of one migration in the control storage. Thread-safe. */
final class ControlRecords {

    private static final List<EntityType<?>> TYPES =
            List.of(StageRecord.TYPE, StageChange.TYPE, Instance.TYPE, Waiver.TYPE);

    private final Storage storage;
    private final String migration;
    private final Clock clock;

    ControlRecords(Storage storage, String migration, Clock clock) {
        this.storage = storage;
        this.migration = migration;
        this.clock = clock;
    }

    Storage storage() {
        return storage;
    }

    /** Makes the control storage ready, and begins the migration in OFF if nobody has begun it. */
    void prepare() {
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
    void requireBegun() {
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
    Optional<StageRecord> find() {
        return storage.replica().ready(TYPES) ? last() : Optional.empty();
    }

    /** The records of all migrations that have begun here. */
    List<StageRecord> all() {
        return storage.replica().ready(TYPES)
                ? storage.repository(StageRecord.TYPE).all().allowScan().list()
                : List.of();
    }

    private Optional<StageRecord> last() {
        return storage.repository(StageRecord.TYPE).find(migration);
    }

    StageRecord read() {
        return last().orElseThrow(() -> new IllegalStateException("The control storage has lost its record"));
    }

    /**
     * Replaces a record by the next one, if nobody has replaced it since.
     *
     * @return whether it was
     */
    boolean replace(StageRecord before, StageRecord after, String evidence) {
        return storage.transact(unit -> {
            boolean last = unit.repository(StageRecord.TYPE)
                    .find(migration)
                    .filter(record -> record.epoch() == before.epoch())
                    .isPresent();
            if (last) {
                unit.repository(StageRecord.TYPE).update(after);
                unit.repository(StageChange.TYPE).insert(StageChange.of(before, after, evidence));
            }
            return last;
        });
    }

    List<StageChange> history() {
        return storage.repository(StageChange.TYPE).partition(migration).list();
    }

    void save(Instance instance) {
        storage.repository(Instance.TYPE).save(instance);
    }

    /** Removes the instances whose lease ended before that time. */
    void forgetDead(Instant before) {
        List<Key> dead = storage.repository(Instance.TYPE).partition(migration).list().stream()
                .filter(instance -> !instance.live(before))
                .map(instance -> Key.of(migration, instance.instance(), instance.session()))
                .toList();
        if (!dead.isEmpty()) {
            storage.repository(Instance.TYPE).deleteAll(dead);
        }
    }

    void forget(Instance instance) {
        storage.repository(Instance.TYPE).delete(migration, instance.instance(), instance.session());
    }

    /** The instances whose lease, as they wrote it down, runs at that time. */
    List<Instance> live(Instant now) {
        return storage.repository(Instance.TYPE).partition(migration).list().stream()
                .filter(instance -> instance.live(now))
                .toList();
    }

    /** The instances that may still write and have not acknowledged the record. */
    List<Instance> late(StageRecord record, RoutingOptions options) {
        return live(options.clock().instant().minus(options.skew())).stream()
                .filter(instance -> instance.ackedEpoch() < record.epoch())
                .toList();
    }

    void waive(String subject, long amount, StageRecord.Cause cause) {
        Instant at = cause.at().truncatedTo(ChronoUnit.MILLIS);
        storage.repository(Waiver.TYPE).save(new Waiver(migration, subject, amount, cause.reason(), cause.by(), at));
    }

    Optional<Waiver> waiver(String subject) {
        return storage.repository(Waiver.TYPE).find(migration, subject);
    }
}
