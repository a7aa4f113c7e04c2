package io.storeway;

/**
 * One step of an order.
 *
 * @param field what to sort by
 * @param descending greatest first
 * @param <T> the record
 */
public record Sort<T>(Field<T, ?> field, boolean descending) {

    /** Refuses fields whose values have no order. */
    public Sort {
        if (!field.type().ordered()) {
            throw new IllegalArgumentException(field.name() + " has no order: " + field.type());
        }
    }
}
