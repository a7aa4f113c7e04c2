package io.storeway.spi;

import io.storeway.Key;
import io.storeway.Row;
import java.util.List;

/**
 * The content of a partition on its way from one storage to another.
 *
 * @param key the partition key
 * @param version the version of this content
 * @param items the rows, in their order
 * @param residue the items that can't be rows, by position
 */
public record PartitionState(Key key, Version version, List<Item> items, List<Residue> residue) {

    /** Copies the lists. */
    public PartitionState {
        items = List.copyOf(items);
        residue = List.copyOf(residue);
    }

    /** Whether there is neither a row nor residue. */
    public boolean isEmpty() {
        return items.isEmpty() && residue.isEmpty();
    }

    /**
     * A row with its origin.
     *
     * @param position its place in the partition, from 0
     * @param row the row
     * @param payload the item's JSON text as it was found
     */
    public record Item(int position, Row row, Payload payload) {}

    /** The raw form of an item, made when it is needed. */
    @FunctionalInterface
    public interface Payload {
        /** The bytes; JSON text in UTF-8 if they are readable. */
        byte[] bytes();
    }
}
