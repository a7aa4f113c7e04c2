package io.storeway.kv.internal;

import io.storeway.spi.Residue;
import java.util.List;

/**
 * The content of a blob: its rows, and residue for what can't be rows.
 *
 * @param items the rows, in the order of the blob
 * @param residue the rest, in the order of the blob
 */
public record Decoded(List<StoredItem> items, List<Residue> residue) {

    /** The content of an absent blob. */
    public static final Decoded NOTHING = new Decoded(List.of(), List.of());
}
