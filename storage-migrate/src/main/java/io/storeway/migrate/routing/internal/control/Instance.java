package io.storeway.migrate.routing.internal.control;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.layout.KeyTemplate;
import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.util.List;

/**
 * An application instance that takes part in a migration.
 *
 * @param migration the name of the migration
 * @param instance its own name
 * @param session different each time an instance of this name starts
 * @param ackedEpoch the latest epoch it has acknowledged: it has no write of an earlier one in flight
 * @param leaseUntil when it stops writing, unless it renews its lease before
 * @param planHash its catalog and its two storages; the same for all instances; empty while it hasn't reached both since it started
 * @param compares how many shadow reads it has compared in this epoch
 * @param mismatches how many of them differed, and still did at a second look
 * @param dropped how many reads of this epoch were to be compared and could not be
 * @param reads how its reads went, seven numbers as text for each minute
 * @param note what is wrong with its advisor's wish, and what it reads from the old storage against the stage; or empty
 */
public record Instance(
        String migration,
        String instance,
        String session,
        long ackedEpoch,
        Instant leaseUntil,
        String planHash,
        long compares,
        long mismatches,
        long dropped,
        List<String> reads,
        String note) {

    public static final EntityType<Instance> TYPE = EntityType.of(Instance.class, MethodHandles.lookup())
            .named("storeway_instance")
            .partitionedBy(Instance::migration)
            .identifiedBy(Instance::instance, Instance::session)
            .keyValue(KeyTemplate.RESERVED_PREFIX + ":instances:{migration}", Blob.arrayOfObjects())
            .build();

    /** Whether this record already says what has been acknowledged and compared. */
    public boolean says(long acked, long compared, long differed) {
        return ackedEpoch == acked && compares == compared && mismatches == differed;
    }

    boolean live(Instant now) {
        return now.isBefore(leaseUntil);
    }
}
