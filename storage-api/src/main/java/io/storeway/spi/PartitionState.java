package io.storeway.spi;

import io.storeway.Key;
import io.storeway.Row;
import java.util.List;

/**
 * The content of one partition as it goes from one storage to another.
 *
 * @param key the partition key
 * @param version which state this is
 * @param items the rows, in their order
 * @param residue the items that are no rows, by position
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
     * A row with where it came from.
     *
     * @param position the place in the partition, from 0
     * @param row the row
     * @param payload gives the item's JSON text as it was found
     */
    public record Item(int position, Row row, Payload payload) {}

    /** Gives the raw form of an item when it is wanted. */
    @FunctionalInterface
    public interface Payload {
        /** The bytes; JSON text in UTF-8 where they were found readable. */
        byte[] bytes();
    }
}
