package io.storeway;

import java.util.List;

/** A rule on one field. A missing value passes. */
public sealed interface Check {

    /** The name of the constraint. */
    String name();

    /** The field. */
    Field<?, ?> field();

    /** Whether a value passes. */
    boolean passes(Object value);

    /**
     * The value is one of a set.
     *
     * @param values the allowed values
     */
    record OneOf(String name, Field<?, ?> field, List<Object> values) implements Check {
        /** Copies the list. */
        public OneOf {
            values = List.copyOf(values);
        }

        @Override
        public boolean passes(Object value) {
            for (Object allowed : values) {
                if (field.type().compare(allowed, value) == 0) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * The value lies between two bounds, both included.
     *
     * @param low the least value
     * @param high the greatest value
     */
    record Range(String name, Field<?, ?> field, Object low, Object high) implements Check {
        @Override
        public boolean passes(Object value) {
            return field.type().compare(low, value) <= 0 && field.type().compare(value, high) <= 0;
        }
    }
}
