package io.storeway.migrate.routing;

import io.storeway.EntityType;
import io.storeway.Key;

/** A partition of an entity type, equal by name and text. */
record PartitionId(String entity, String text) {

    static PartitionId of(EntityType<?> type, Key partition) {
        return new PartitionId(type.name(), partition.text(type.partitionKey()));
    }

    /** The partition of the marks. */
    Key marks() {
        return Key.of(entity, text);
    }

    /** The mark of a release that carries those fields. */
    Key mark(Carried carried) {
        return Key.of(entity, text, carried.id());
    }
}
