package io.storeway;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a query's result, with the ways to its neighbours.
 *
 * @param items the records, in the query's order
 * @param next where the next page starts, for {@link Query#after}; null at the end
 * @param previous where the page before ends, for {@link Query#before}; null at the beginning
 */
public record Page<T>(
        List<T> items, @Nullable String next, @Nullable String previous) {

    /** Copies the list. */
    public Page {
        items = List.copyOf(items);
    }
}
