package io.storeway.spi;

import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.Sort;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query as a backend gets it: checked, with a condition that leaves out expired rows, and with a total order.
 *
 * @param partition the only partition to read, or null for all
 * @param condition the condition that a row has to fulfil
 * @param order all steps of the order; the last ones are the type's key
 * @param after values of the order's fields, some of which may be null, behind which rows have to come; null for all rows
 * @param limit how many rows at most
 */
public record Selection(
        @Nullable Key partition,
        Condition<?> condition,
        List<? extends Sort<?>> order,
        @Nullable List<@Nullable Object> after,
        int limit) {

    /** Copies the order. */
    public Selection {
        order = List.copyOf(order);
    }

    /** This selection in all partitions. */
    public Selection anywhere() {
        return new Selection(null, condition, order, after, limit);
    }

    /** Whether a row belongs to the result, regardless of the limit. */
    public boolean matches(EntityType<?> type, Row row) {
        return (partition == null || row.key(type.partitionKey()).equals(partition))
                && condition.matches(row)
                && (after == null || compareToAfter(row, after) > 0);
    }

    private int compareToAfter(Row row, List<@Nullable Object> bound) {
        for (int i = 0; i < order.size(); i++) {
            Sort<?> sort = order.get(i);
            int result = compare(sort, row.get(sort.field().index()), bound.get(i));
            if (result != 0) {
                return result;
            }
        }
        return 0;
    }

    /** The order as a comparator. */
    public Comparator<Row> comparator() {
        return (left, right) -> {
            for (Sort<?> sort : order) {
                int index = sort.field().index();
                int result = compare(sort, left.get(index), right.get(index));
                if (result != 0) {
                    return result;
                }
            }
            return 0;
        };
    }

    private static int compare(Sort<?> sort, @Nullable Object left, @Nullable Object right) {
        int result = compare(sort.field().type(), left, right);
        return sort.descending() ? -result : result;
    }

    /** Compares stored values, a missing one before all others. */
    public static int compare(FieldType type, @Nullable Object left, @Nullable Object right) {
        return left == null || right == null ? Boolean.compare(left != null, right != null) : type.compare(left, right);
    }
}
