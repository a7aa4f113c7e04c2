package io.storeway.migrate.routing;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.Version;
import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.util.List;

/**
 * A partition that the follower may not have as the authority has it. Kept in the authority, written with the data. Of several
 * migrations from one storage each has entity types of its own. Releases that carry different fields mark for themselves, so that
 * one of them can't take away the mark of what it doesn't know.
 *
 * @param entity the name of the entity type
 * @param partition the partition key as text
 * @param carried the id of the {@link Carried} of who wrote
 * @param epoch of the version that the follower has to reach
 * @param counter of that version
 * @param since when the write was made that the mark speaks of
 * @param migration whose follower it is
 * @param fields those that were carried
 */
record Mark(
        String entity,
        String partition,
        int carried,
        long epoch,
        long counter,
        Instant since,
        String migration,
        List<String> fields) {

    static final EntityType<Mark> TYPE = EntityType.of(Mark.class, MethodHandles.lookup())
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

    Version version() {
        return new Version(epoch, counter);
    }

    Key key() {
        return Key.of(entity, partition, carried);
    }
}
