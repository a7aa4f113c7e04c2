package io.storeway;

import java.util.List;

/**
 * The records of a partition and the version they had, for {@link Partition#replace(java.util.Collection, String)}.
 *
 * @param items the records, in the partition's order
 * @param version opaque; changes with every write of the partition; {@code "0"} if the partition has never existed
 */
public record PartitionSnapshot<T>(List<T> items, String version) {

    /** Copies the list. */
    public PartitionSnapshot {
        items = List.copyOf(items);
    }
}
