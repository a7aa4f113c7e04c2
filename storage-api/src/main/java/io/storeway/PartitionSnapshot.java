package io.storeway;

import java.util.List;

/**
 * The records of a partition and the version they had, for {@link Partition#replace(java.util.Collection, String)}.
 *
 * @param items the records, in the partition's order
 * @param version opaque; differs whenever anything in the partition was written in between; {@code "0"} if it was never
 *     there
 */
public record PartitionSnapshot<T>(List<T> items, String version) {

    /** Copies the list. */
    public PartitionSnapshot {
        items = List.copyOf(items);
    }
}
