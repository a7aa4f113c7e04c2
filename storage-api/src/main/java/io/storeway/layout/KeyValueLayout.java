package io.storeway.layout;

import java.util.List;

/**
 * The layout of an entity type in a key-value store: one blob for each partition.
 *
 * @param key the template of the key
 * @param shape the shape of the blob
 * @param places where each field is found, in field order
 */
public record KeyValueLayout(KeyTemplate key, Shape shape, List<Place> places) {

    /** The shapes of a blob. */
    public enum Shape {
        /** One record: a JSON object. */
        OBJECT,
        /** Several records: a JSON array of objects. */
        ARRAY_OF_OBJECTS,
        /** Several records: a JSON array of scalars. */
        ARRAY_OF_SCALARS
    }

    /** Where a field is found. */
    public enum Source {
        /** A variable of the key template. */
        KEY,
        /** A variable of the key template, and a member of the object, which has to be equal. */
        KEY_AND_MEMBER,
        /** A member of the object. */
        MEMBER,
        /** The scalar itself. */
        ELEMENT,
        /** True if the scalar was a JSON number, missing if it was a string; written as it was. */
        ELEMENT_IS_NUMBER,
        /** The position in the array, from 0. */
        POSITION,
        /** All members that no other field names; also members that are explicitly null. */
        REST,
        /** The metadata that the store keeps beside the value. */
        METADATA,
        /** The expiry that the store keeps beside the value. */
        EXPIRY,
        /** A deterministic id made from the partition, the content and the number of equal items before it. */
        CONTENT_ID,
        /** Nowhere: always the field's default value. */
        CONSTANT,
        /** Nowhere: read as the field's default value or as missing. A migration doesn't carry the values of another storage. */
        NOT_CARRIED
    }

    /** How a value is written as JSON. */
    public enum Form {
        /** Text as string, numbers as number, an instant as its epoch number, a date and bytes as string. */
        NATURAL,
        /** A number written as string. */
        STRING,
        /** An instant as ISO 8601 text in UTC. */
        ISO,
        /** Text that is read from a string or from an integer; written as string unless a field says it was a number. */
        STRING_OR_INTEGER
    }

    /**
     * The place of one field.
     *
     * @param source where it is found
     * @param path the names of the members on the way; empty unless the source is a member
     * @param form how the value is written
     * @param plusMillis added to an instant when it is read, for an expiry of which the blob has the time of writing
     * @param former paths of the member in the past, from which it is read if it is missing at its present path
     */
    public record Place(Source source, List<String> path, Form form, long plusMillis, List<List<String>> former) {
        /** Copies the paths. */
        public Place {
            path = List.copyOf(path);
            former = former.stream().map(List::copyOf).toList();
        }

        /** A place without a path. */
        public static Place of(Source source) {
            return new Place(source, List.of(), Form.NATURAL, 0, List.of());
        }
    }

    /** Copies the places. */
    public KeyValueLayout {
        places = List.copyOf(places);
    }

    /** The place of a field. */
    public Place place(int field) {
        return places.get(field);
    }

    /** Whether blobs can hold the field, so that its values aren't lost in a key-value store. */
    public boolean carries(int field) {
        return places.get(field).source() != Source.NOT_CARRIED;
    }
}
