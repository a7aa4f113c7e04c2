package io.storeway.sql;

import io.storeway.Key;
import io.storeway.Row;
import io.storeway.UniqueKey;
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
 * The order of changed rows in which each unique value is given up before another row takes it. Rows that trade values in a
 * circle have none; one row of each circle has to be written anew then.
 */
final class HoldersFirst {

    private final List<Row> ordered = new ArrayList<>();
    private final List<Row> anew = new ArrayList<>();
    private final Map<Key, Row> open = new LinkedHashMap<>();
    /** Those that hold what a row takes, and have not given it up. */
    private final Map<Key, Set<Key>> holders = new HashMap<>();

    private final Map<Key, List<Key>> waiting = new HashMap<>();
    private final Deque<Key> ready = new ArrayDeque<>();

    /**
     * Puts rows in order.
     *
     * @param changed the rows as they are to be
     * @param present what is there, among it a row with the key of each
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

    /** A row of a circle: who follows from row to holder comes into one, as none that is left waits for nobody. */
    private Key inCircle() {
        Set<Key> path = new HashSet<>();
        Key at = open.keySet().iterator().next();
        while (path.add(at)) {
            at = holders.getOrDefault(at, Set.of()).iterator().next();
        }
        return at;
    }

    /** The rows that can be changed where they are, in order. */
    List<Row> ordered() {
        return ordered;
    }

    /** The rows that have to go first and come back last. */
    List<Row> anew() {
        return anew;
    }
}
