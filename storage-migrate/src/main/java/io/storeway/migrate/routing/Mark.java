package io.storeway.migrate.routing;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.Version;
import java.lang.invoke.MethodHandles;
import java.time.Instant;

/**
 * A partition that the follower may not have as the authority has it. Kept in the authority, written with the data. Of several
 * migrations from one storage each has entity types of its own.
 *
 * @param entity the name of the entity type
 * @param partition the partition key as text
 * @param epoch of the version that the follower has to reach
 * @param counter of that version
 * @param since when the write was made that the mark speaks of
 * @param migration whose follower it is
 */
record Mark(String entity, String partition, long epoch, long counter, Instant since, String migration) {

    static final EntityType<Mark> TYPE = EntityType.of(Mark.class, MethodHandles.lookup())
            .named("storeway_mark")
            .identifiedBy(Mark::entity, Mark::partition)
            .keyValue(KeyTemplate.LISTED_PREFIX + "mark:{entity}:{partition}", Blob.object())
            .build();

    static Mark of(PartitionId id, Version version, Instant since, String migration) {
        return new Mark(id.entity(), id.text(), version.epoch(), version.counter(), since, migration);
    }

    Version version() {
        return new Version(epoch, counter);
    }

    Key key() {
        return Key.of(entity, partition);
    }
}
