package io.storeway.migrate.routing.internal.replication;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.Version;
import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.util.List;

/**
 * Says that the follower may lack a write of a partition. Kept in the authority, and written in the same unit of work as the data.
 * Several migrations from one storage move different entity types, so they never mark the same partition. Releases that carry
 * different fields write marks of their own: none can remove a mark for fields that it doesn't know.
 *
 * @param entity the name of the entity type
 * @param partition the partition key as text
 * @param carried the id of the {@link Carried} fields of the release that wrote
 * @param epoch of the version that the follower has to reach
 * @param counter of that version
 * @param since when the write was made
 * @param migration the name of the migration
 * @param fields the names of the carried fields
 */
public record Mark(
        String entity,
        String partition,
        int carried,
        long epoch,
        long counter,
        Instant since,
        String migration,
        List<String> fields) {

    public static final EntityType<Mark> TYPE = EntityType.of(Mark.class, MethodHandles.lookup())
            .named("storeway_mark")
            .partitionedBy(Mark::entity, Mark::partition)
            .identifiedBy(Mark::carried)
            .keyValue(KeyTemplate.LISTED_PREFIX + "mark:{entity}:{partition}", Blob.arrayOfObjects())
            .build();

    static Mark of(PartitionId id, Carried carried, Version version, Instant since, String migration) {
        return new Mark(
                id.entity(),
                id.text(),
                carried.id(),
                version.epoch(),
                version.counter(),
                since,
                migration,
                carried.fields());
    }

    public Version version() {
        return new Version(epoch, counter);
    }

    public Key key() {
        return Key.of(entity, partition, carried);
    }
}
