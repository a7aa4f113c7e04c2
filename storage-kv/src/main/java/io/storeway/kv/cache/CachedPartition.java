package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The content of a partition as it was read.
 *
 * @param rows the rows in the type's order, or null if there are more than the policy keeps
 */
record CachedPartition(@Nullable List<Row> rows) {

    static final CachedPartition TOO_LARGE = new CachedPartition(null);

    CachedPartition map(UnaryOperator<Row> change) {
        return rows == null
                ? this
                : new CachedPartition(rows.stream().map(change).toList());
    }

    /** The row of a record's key among the rows of its partition, or null. */
    static @Nullable Row find(EntityType<?> type, List<Row> rows, Key key) {
        if (type.identity().isEmpty()) {
            return rows.isEmpty() ? null : rows.get(0);
        }
        for (Row row : rows) {
            if (identifiedBy(type, key, row)) {
                return row;
            }
        }
        return null;
    }

    private static boolean identifiedBy(EntityType<?> type, Key key, Row row) {
        int partitionFields = type.partitionKey().size();
        for (int i = 0; i < type.identity().size(); i++) {
            Field<?, ?> field = type.identity().get(i);
            if (!field.equal(row.get(field.index()), key.values().get(partitionFields + i))) {
                return false;
            }
        }
        return true;
    }
}
