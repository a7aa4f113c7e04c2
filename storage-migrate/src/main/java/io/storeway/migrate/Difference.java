package io.storeway.migrate;

import java.util.List;

/**
 * A confirmed difference between the two sides.
 *
 * @param entity the name of the entity type
 * @param partition the partition key as text
 * @param item what differs within the partition: a record's key as text, or the partition and the position of a residue item
 * @param kind what sort of difference
 * @param fields the names of the fields that differ; empty where one side has nothing
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
        VALUE,
        /** Both have it, and only the time when it expires differs. */
        EXPIRY,
        /** Both have it, with different values, and the target's version is higher, so that a backfill leaves it as it is. */
        VERSION,
        /** The source has a blob that can't be read, and the target doesn't keep it. */
        UNREADABLE,
        /** The source has an item that doesn't fit the type, and the target doesn't keep it. */
        NOT_TRANSFORMABLE,
        /** The source has an item that breaks a rule of the type, and the target doesn't keep it. */
        CONSTRAINT;

        /** What a repair does about it: MISSING is added, EXTRA is deleted, VALUE is changed. */
        public Kind mendedAs() {
            return switch (this) {
                case MISSING, UNREADABLE, NOT_TRANSFORMABLE, CONSTRAINT -> MISSING;
                case EXTRA -> EXTRA;
                case VALUE, EXPIRY, VERSION -> VALUE;
            };
        }
    }
}
