package io.storeway.sql.internal.rows;

import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.spi.ContentIds;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives appended rows the ids of their content: for each the first id that no row of its partition has. Needs a few queries for a batch,
 * however long the partition is.
 */
public final class FreeContentIds {

    /** Rows of equal content in one partition. */
    private static final class Group {
        private final ContentIds ids;
        private final List<Integer> rows = new ArrayList<>();
        private final List<String> free = new ArrayList<>();
        private int asked;

        Group(ContentIds ids) {
            this.ids = ids;
        }
    }

    private FreeContentIds() {}

    public static List<Row> assign(Session session, Table table, List<Row> rows) throws SQLException {
        List<? extends Field<?, ?>> fields = ContentIds.fields(table.type());
        if (fields.isEmpty()) {
            return rows;
        }
        Map<Key, Group> groups = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            ContentIds ids = new ContentIds(table.type(), row.key(table.type().partitionKey()));
            Key content = row.key(table.type().partitionKey()).append(Key.of(ids.content(row)));
            groups.computeIfAbsent(content, absent -> new Group(ids)).rows.add(i);
        }
        List<Group> open = new ArrayList<>(groups.values());
        while (!open.isEmpty()) {
            ask(session, table, fields.get(0), rows, open);
            open.removeIf(group -> group.free.size() >= group.rows.size());
        }
        Row[] assigned = rows.toArray(Row[]::new);
        for (Group group : groups.values()) {
            for (int i = 0; i < group.rows.size(); i++) {
                int row = group.rows.get(i);
                assigned[row] = group.ids.with(assigned[row], group.free.get(i));
            }
        }
        return Arrays.asList(assigned);
    }

    /** Asks for the ids that are still needed. Doubles the number of candidates each time, so that a few queries are enough. */
    private static void ask(Session session, Table table, Field<?, ?> field, List<Row> rows, List<Group> open)
            throws SQLException {
        List<Field<?, ?>> asked = new ArrayList<>(table.type().partitionKey());
        asked.add(field);
        Map<Key, Group> candidates = new LinkedHashMap<>();
        for (Group group : open) {
            Row row = rows.get(group.rows.get(0));
            Key partition = row.key(table.type().partitionKey());
            int end = 2 * group.asked + group.rows.size() - group.free.size();
            for (; group.asked < end; group.asked++) {
                candidates.put(partition.append(Key.of(group.ids.of(row, group.asked))), group);
            }
        }
        Set<Key> taken = new HashSet<>(Lookup.keys(session, table, asked, candidates.keySet()));
        candidates.forEach((key, group) -> {
            if (!taken.contains(key)) {
                group.free.add((String) key.values().get(key.values().size() - 1));
            }
        });
    }
}
