package io.storeway;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a query's result.
 *
 * @param items the records, in the query's order
 * @param next where the next page starts, for {@link Query#after}; null at the end
 */
public record Page<T>(List<T> items, @Nullable String next) {

    /** Copies the list. */
    public Page {
        items = List.copyOf(items);
    }
}
