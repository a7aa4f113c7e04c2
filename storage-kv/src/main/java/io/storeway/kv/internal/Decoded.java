package io.storeway.kv.internal;

import io.storeway.spi.Residue;
import java.util.List;

/**
 * A blob as rows, and what can't be rows.
 *
 * @param items the rows, in the order of the blob
 * @param residue the rest, in the order of the blob
 */
public record Decoded(List<StoredItem> items, List<Residue> residue) {

    /** What an absent blob holds. */
    public static final Decoded NOTHING = new Decoded(List.of(), List.of());
}
