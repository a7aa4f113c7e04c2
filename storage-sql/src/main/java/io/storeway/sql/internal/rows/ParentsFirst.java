package io.storeway.sql.internal.rows;

import io.storeway.Key;
import io.storeway.Reference;
import io.storeway.Row;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.ErrorContext;
import io.storeway.sql.internal.dialect.Table;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Orders the rows of a type that refers to itself so that each comes after the rows that it refers to. */
public final class ParentsFirst {

    private final List<Reference> own;
    private final Map<Key, Row> rows = new LinkedHashMap<>();
    /** Rows that repeat the key of another one. They come last, so that they are refused for that reason. */
    private final List<Row> repeated = new ArrayList<>();

    private final Set<Key> placed = new HashSet<>();
    private final List<Row> ordered = new ArrayList<>();

    private ParentsFirst(Table table, List<Row> rows) {
        this.own = table.ownReferences();
        for (Row row : rows) {
            if (this.rows.putIfAbsent(row.key(), row) != null) {
                repeated.add(row);
            }
        }
    }

    /**
     * Whether new rows are written before those that are there, which may come to refer to them. Where there are unique
     * values, those have to be given up first.
     */
    public static boolean rules(Table table) {
        return !table.ownReferences().isEmpty() && table.type().uniqueKeys().isEmpty();
    }

    /** The rows in an order that the references allow; rows of a circle in their given order. */
    public static List<Row> order(Table table, List<Row> rows) {
        if (table.ownReferences().isEmpty() || rows.size() < 2) {
            return rows;
        }
        ParentsFirst order = new ParentsFirst(table, rows);
        order.rows.values().forEach(order::place);
        order.ordered.addAll(order.repeated);
        return order.ordered;
    }

    /** Places the row after its ancestors, beginning with the farthest. */
    private void place(Row start) {
        Deque<Row> path = new ArrayDeque<>();
        Set<Key> onPath = new HashSet<>();
        path.push(start);
        onPath.add(start.key());
        while (!path.isEmpty()) {
            Row parent = openParent(path.element(), onPath);
            if (parent != null) {
                path.push(parent);
                onPath.add(parent.key());
            } else {
                Row row = path.pop();
                if (placed.add(row.key())) {
                    ordered.add(row);
                }
            }
        }
    }

    private @Nullable Row openParent(Row row, Set<Key> onPath) {
        for (Reference reference : own) {
            Key parent = Table.keyOf(row, reference.fields());
            if (parent != null && rows.containsKey(parent) && !placed.contains(parent) && !onPath.contains(parent)) {
                return rows.get(parent);
            }
        }
        return null;
    }

    /**
     * Refuses new rows that refer to each other in a circle, as none of them could be inserted first.
     *
     * @throws ConstraintViolationException if there is a circle
     */
    public static void refuseCircles(Table table, List<Row> rows, Supplier<ErrorContext> context) {
        if (table.ownReferences().isEmpty()) {
            return;
        }
        Map<Key, Row> byKey = new LinkedHashMap<>();
        rows.forEach(row -> byKey.put(row.key(), row));
        for (Reference reference : table.ownReferences()) {
            Set<Key> rooted = new HashSet<>();
            for (Row start : rows) {
                Set<Key> path = new HashSet<>();
                @Nullable Row row = start;
                while (row != null && !rooted.contains(row.key())) {
                    if (!path.add(row.key())) {
                        throw new ConstraintViolationException(
                                ConstraintKind.REFERENCE,
                                reference.name(),
                                table.type().columns(reference.fields()),
                                context.get(),
                                null);
                    }
                    Key parent = Table.keyOf(row, reference.fields());
                    row = parent == null || parent.equals(row.key()) ? null : byKey.get(parent);
                }
                rooted.addAll(path);
            }
        }
    }
}
