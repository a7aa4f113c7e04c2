package io.storeway.kv.cache;

import io.storeway.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a partition as it was read.
 *
 * @param rows the rows in the type's order, or null if there are more than the policy keeps
 */
record CachedPartition(@Nullable List<Row> rows) {

    static final CachedPartition TOO_LARGE = new CachedPartition(null);

    boolean absent() {
        return rows != null && rows.isEmpty();
    }
}
