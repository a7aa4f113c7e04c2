package io.storeway;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a query's result, with cursors to its neighbours.
 *
 * @param items the records, in the query's order
 * @param next the cursor for {@link Query#after}, to get the next page; null at the end
 * @param previous the cursor for {@link Query#before}, to get the page before; null at the beginning
 */
public record Page<T>(
        List<T> items, @Nullable String next, @Nullable String previous) {

    /** Copies the list. */
    public Page {
        items = List.copyOf(items);
    }
}
