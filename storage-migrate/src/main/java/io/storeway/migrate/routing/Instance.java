package io.storeway.migrate.routing;

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
 * @param session tells it from an earlier or another one of the same name
 * @param ackedEpoch no write of an earlier epoch is in flight there
 * @param leaseUntil it writes nothing from then on, unless it renews its lease
 * @param planHash what it was built with, and which two storages it has; all instances have to agree
 * @param compares how many shadow reads it has compared in this epoch
 * @param mismatches how many of them differed for good
 * @param dropped how many reads were to be compared and could not be, in this epoch
 * @param reads how its reads fare, a text of a {@link ReadMinute} for each minute
 * @param note what is wrong with the wish of its advisor, or empty
 */
record Instance(
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

    static final EntityType<Instance> TYPE = EntityType.of(Instance.class, MethodHandles.lookup())
            .named("storeway_instance")
            .partitionedBy(Instance::migration)
            .identifiedBy(Instance::instance, Instance::session)
            .keyValue(KeyTemplate.RESERVED_PREFIX + ":instances:{migration}", Blob.arrayOfObjects())
            .build();

    /** Whether others know already what has been acknowledged and compared. */
    boolean tells(long acked, ShadowCounts counts) {
        return ackedEpoch == acked && compares == counts.compares() && mismatches == counts.mismatches();
    }

    boolean live(Instant now) {
        return now.isBefore(leaseUntil);
    }
}
