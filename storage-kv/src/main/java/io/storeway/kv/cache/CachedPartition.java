package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The content of a partition as it was read. Immutable. */
sealed class CachedPartition permits NearPartition {

    /** Most partitions have one row, which is found here without a list. */
    private final @Nullable Row first;

    private final @Nullable List<Row> rows;
    private final long keepUntil;

    CachedPartition(@Nullable List<Row> rows, long keepUntil) {
        this.rows = rows;
        this.keepUntil = keepUntil;
        this.first = rows == null || rows.isEmpty() ? null : rows.get(0);
    }

    static CachedPartition of(@Nullable List<Row> rows) {
        return new CachedPartition(rows, 0);
    }

    /** The rows in the type's order, or null if there are more than the policy keeps. */
    final @Nullable List<Row> rows() {
        return rows;
    }

    /** Until when they may be kept in the memory of the process, in milliseconds since 1970; 0 if they may not. */
    final long keepUntil() {
        return keepUntil;
    }

    final CachedPartition keptUntil(long millis) {
        return new CachedPartition(rows, millis);
    }

    /** The row with this key; null if there is none, or if there are more rows than the policy keeps. */
    final @Nullable Row find(EntityType<?> type, Key key) {
        if (type.identity().isEmpty() || rows == null) {
            return first;
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
