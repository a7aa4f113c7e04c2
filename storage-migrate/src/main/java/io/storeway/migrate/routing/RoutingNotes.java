package io.storeway.migrate.routing;

import io.storeway.Storage;
import io.storeway.migrate.MigrationException;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.replication.Mark;
import io.storeway.spi.Version;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What routed migrations have written down in a storage, for tools that look at it without taking part. Writes nothing, not even
 * where a storage has no such notes. Thread-safe.
 */
public final class RoutingNotes {

    private final Storage storage;

    private RoutingNotes(Storage storage) {
        this.storage = storage;
    }

    /** The notes of a storage. */
    public static RoutingNotes of(Storage storage) {
        return new RoutingNotes(storage);
    }

    /**
     * A note that the following storage may lack a write of a partition.
     *
     * @param version the version that it has to reach
     * @param since when the write was made
     */
    public record MarkNote(Version version, Instant since) {}

    /** The mark of a partition, if it has one; the latest of them where several releases of the application have marked it. */
    public Optional<MarkNote> mark(String entity, String partition) {
        if (!storage.replica().ready(List.of(Mark.TYPE))) {
            return Optional.empty();
        }
        return storage.repository(Mark.TYPE).partition(entity, partition).list().stream()
                .map(mark -> new MarkNote(mark.version(), mark.since()))
                .max(Comparator.comparing(MarkNote::version));
    }

    /** The names of the migrations that are under way: neither OFF nor COMPLETE. */
    public List<String> underWay() {
        if (!storage.replica().ready(List.of(StageRecord.TYPE))) {
            return List.of();
        }
        return storage.repository(StageRecord.TYPE).all().allowScan().list().stream()
                .filter(record -> record.stage() != Stage.OFF && record.stage() != Stage.COMPLETE)
                .map(StageRecord::migration)
                .sorted()
                .toList();
    }

    /**
     * Everything that has changed in a migration that this storage controls, in order. Needs neither of its two sides, so it can be read
     * while one of them is down.
     *
     * @throws MigrationException if nobody has begun a migration of that name here
     */
    public List<StageChange> history(String migration) {
        ControlRecords controls = new ControlRecords(storage, migration, Clock.systemUTC());
        controls.requireBegun();
        return controls.history();
    }

    /** All changes of stage of all migrations that are controlled by this storage, in the order of time. */
    public List<StageChange> history() {
        if (!storage.replica().ready(List.of(ControlRecords.CHANGES))) {
            return List.of();
        }
        return storage.repository(ControlRecords.CHANGES).all().allowScan().list().stream()
                .sorted(Comparator.comparing(StageChange::at)
                        .thenComparing(StageChange::migration)
                        .thenComparingLong(StageChange::epoch))
                .toList();
    }
}
