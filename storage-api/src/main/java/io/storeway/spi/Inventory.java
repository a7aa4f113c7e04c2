package io.storeway.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A count of what a storage holds.
 *
 * @param types one line for each entity type of the catalog, in its order
 * @param uncovered what no entity type covers, by prefix
 */
public record Inventory(List<Covered> types, List<Uncovered> uncovered) {

    /** Copies the lists. */
    public Inventory {
        types = List.copyOf(types);
        uncovered = List.copyOf(uncovered);
    }

    /**
     * What a storage holds of an entity type.
     *
     * @param entity the name of the type
     * @param units how many keys, or rows
     * @param bytes the size of their values, 0 if the store doesn't tell it
     * @param withMetadata how many carry metadata
     * @param withExpiry how many carry an expiry
     * @param unclaimed the members of blobs that no field names, with the number of items that have them
     */
    public record Covered(
            String entity, long units, long bytes, long withMetadata, long withExpiry, Map<String, Long> unclaimed) {

        /** Copies the map and keeps its order. */
        public Covered {
            unclaimed = Collections.unmodifiableMap(new LinkedHashMap<>(unclaimed));
        }
    }

    /**
     * Keys that no type covers.
     *
     * @param prefix the key up to and including its last colon, or the whole key if it has none
     * @param keys how many
     * @param example one of them
     */
    public record Uncovered(String prefix, long keys, String example) {}
}
