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
 * @param keepUntil until when they may be kept in the process, in milliseconds since 1970; 0 not at all
 */
record CachedPartition(@Nullable List<Row> rows, long keepUntil) {

    static CachedPartition of(@Nullable List<Row> rows) {
        return new CachedPartition(rows, 0);
    }

    CachedPartition keptUntil(long millis) {
        return new CachedPartition(rows, millis);
    }

    CachedPartition map(UnaryOperator<Row> change) {
        return rows == null
                ? this
                : new CachedPartition(rows.stream().map(change).toList(), keepUntil);
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
