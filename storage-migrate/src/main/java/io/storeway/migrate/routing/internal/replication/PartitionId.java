package io.storeway.migrate.routing.internal.replication;

import io.storeway.EntityType;
import io.storeway.Key;

/** Names a partition by its entity type's name and its key as text. */
public record PartitionId(String entity, String text) {

    public static PartitionId of(EntityType<?> type, Key partition) {
        return new PartitionId(type.name(), partition.text(type.partitionKey()));
    }

    /** The key of the partition that holds all marks of this one. */
    public Key marks() {
        return Key.of(entity, text);
    }

    /** The key of the mark that a release with those carried fields writes. */
    public Key mark(Carried carried) {
        return Key.of(entity, text, carried.id());
    }
}
