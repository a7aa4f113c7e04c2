package io.storeway.sql.internal.rows;

import io.storeway.Key;
import io.storeway.Row;
import io.storeway.UniqueKey;
import io.storeway.sql.internal.dialect.Table;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Orders changed rows so that each unique value is given up before another row takes it. For rows that trade values in a circle there is
 * no such order; one row of each circle is deleted first and inserted last.
 */
final class HoldersFirst {

    private final List<Row> ordered = new ArrayList<>();
    private final List<Row> anew = new ArrayList<>();
    private final Map<Key, Row> open = new LinkedHashMap<>();
    /** For each row, those that still hold a value it takes. */
    private final Map<Key, Set<Key>> holders = new HashMap<>();

    private final Map<Key, List<Key>> waiting = new HashMap<>();
    private final Deque<Key> ready = new ArrayDeque<>();

    /**
     * Orders rows.
     *
     * @param changed the rows as they are to be
     * @param present the existing rows, among them one with the key of each changed row
     */
    HoldersFirst(Table table, Collection<Row> changed, Collection<Row> present) {
        changed.forEach(row -> open.put(row.key(), row));
        for (UniqueKey unique : table.type().uniqueKeys()) {
            Map<Key, Key> held = new HashMap<>();
            for (Row row : present) {
                Key values = Table.keyOf(row, unique.fields());
                if (values != null && open.containsKey(row.key())) {
                    held.put(values, row.key());
                }
            }
            open.forEach((key, row) -> {
                Key holder = held.get(Table.keyOf(row, unique.fields()));
                if (holder != null
                        && !holder.equals(key)
                        && holders.computeIfAbsent(key, none -> new LinkedHashSet<>())
                                .add(holder)) {
                    waiting.computeIfAbsent(holder, none -> new ArrayList<>()).add(key);
                }
            });
        }
        open.keySet().stream().filter(key -> !holders.containsKey(key)).forEach(ready::add);
        while (!open.isEmpty()) {
            boolean stuck = ready.isEmpty();
            Key next = stuck ? inCircle() : ready.remove();
            Row row = open.remove(next);
            if (row != null) {
                (stuck ? anew : ordered).add(row);
                release(next);
            }
        }
    }

    private void release(Key holder) {
        for (Key key : waiting.getOrDefault(holder, List.of())) {
            Set<Key> left = holders.getOrDefault(key, Set.of());
            left.remove(holder);
            if (left.isEmpty()) {
                ready.add(key);
            }
        }
    }

    /** A row of a circle. Every row that is left waits for another, so going from row to holder ends in a circle. */
    private Key inCircle() {
        Set<Key> path = new HashSet<>();
        Key at = open.keySet().iterator().next();
        while (path.add(at)) {
            at = holders.getOrDefault(at, Set.of()).iterator().next();
        }
        return at;
    }

    /** The rows that can be updated, in order. */
    List<Row> ordered() {
        return ordered;
    }

    /** The rows to delete first and to insert last. */
    List<Row> anew() {
        return anew;
    }
}
