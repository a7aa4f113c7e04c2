package io.storeway.migrate.routing;

import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.StageRecord;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where a migration stands.
 *
 * @param migration its name
 * @param stage the stage
 * @param epoch the number of the last change
 * @param term the first number of the versions that the deciding storage gives
 * @param percent the share of partitions read from the new storage in READ_NEW
 * @param synced whether a backfill of this run has come to its end
 * @param frozen whether forward moves are refused
 * @param reason of the last change
 * @param changedBy who made it
 * @param changedAt when
 * @param marks how many partitions the following storage may lack; empty if the storage that decides can't be asked
 * @param instances the instances whose lease runs, one line each
 */
public record StageStatus(
        String migration,
        Stage stage,
        long epoch,
        long term,
        int percent,
        boolean synced,
        boolean frozen,
        String reason,
        String changedBy,
        Instant changedAt,
        OptionalLong marks,
        List<Participant> instances) {

    /** Copies the list. */
    public StageStatus {
        instances = List.copyOf(instances);
    }

    /** Reads the status from the control storage; the marks are counted elsewhere. */
    static StageStatus of(ControlRecords controls, RoutingOptions options, OptionalLong marks) {
        StageRecord record = controls.read();
        return new StageStatus(
                record.migration(),
                record.stage(),
                record.epoch(),
                record.term(),
                record.percent(),
                record.synced(),
                record.frozen(),
                record.reason(),
                record.changedBy(),
                record.changedAt(),
                marks,
                controls.live(options.clock().instant()).stream()
                        .map(instance -> new Participant(
                                instance.instance(),
                                instance.ackedEpoch(),
                                instance.compares(),
                                instance.mismatches(),
                                instance.dropped(),
                                instance.note()))
                        .toList());
    }

    /**
     * An instance of the application.
     *
     * @param name its name
     * @param ackedEpoch the latest epoch it has acknowledged: it has no write of an earlier one in flight
     * @param compares how many shadow reads it has compared in this epoch
     * @param mismatches how many of them differed
     * @param dropped how many reads of this epoch it should have compared and didn't, because too many waited or a storage failed
     * @param note what is wrong with its advisor's wish, or what that waits for, and what it reads from the old storage against the
     *     stage; or empty
     */
    public record Participant(
            String name, long ackedEpoch, long compares, long mismatches, long dropped, String note) {}
}
