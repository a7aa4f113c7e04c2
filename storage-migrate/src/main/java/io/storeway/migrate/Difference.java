package io.storeway.migrate;

import java.util.List;

/**
 * A confirmed difference between the two sides.
 *
 * @param entity the name of the entity type
 * @param partition the partition key as text
 * @param item what differs within the partition: a record's key as text, or the position of a residue item
 * @param kind what sort of difference
 * @param fields the names of the fields that differ; empty unless the kind is VALUE
 */
public record Difference(String entity, String partition, String item, Kind kind, List<String> fields) {

    /** Copies the list. */
    public Difference {
        fields = List.copyOf(fields);
    }

    /** Sorts of difference. */
    public enum Kind {
        /** The source has it, the target has not. */
        MISSING,
        /** The target has it, the source has not. */
        EXTRA,
        /** Both have it, with different values. */
        VALUE
    }
}
