package io.storeway.sql.internal.rows;

import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives positions to the rows of ordered types: an existing row keeps its position, a new one comes after the last. */
public final class Positions {

    private Positions() {}

    /** The rows with positions; rows that have none and don't exist yet come last. */
    public static List<Row> assign(Session session, Table table, List<Row> rows, Map<Key, Row> present)
            throws SQLException {
        List<? extends Field<?, ?>> partition = table.type().partitionKey();
        Map<Key, Integer> next = new HashMap<>();
        List<Row> placed = new ArrayList<>();
        List<Row> fresh = rows.stream()
                .filter(row -> row.get(table.position()) == null && there(row, table, present) == null)
                .toList();
        if (!fresh.isEmpty()) {
            next.putAll(ends(session, table, fresh));
        }
        for (Row row : rows) {
            Row there = there(row, table, present);
            if (there != null) {
                placed.add(row.with(table.position(), there.get(table.position())));
            } else if (row.get(table.position()) != null) {
                placed.add(row);
            } else {
                int place = next.merge(row.key(partition), 1, Integer::sum) - 1;
                placed.add(row.with(table.position(), place));
            }
        }
        return placed;
    }

    private static @Nullable Row there(Row row, Table table, Map<Key, Row> present) {
        Key key = Table.keyOf(row, table.type().key());
        return key == null ? null : present.get(key);
    }

    /** The position after the last one, by partition. */
    private static Map<Key, Integer> ends(Session session, Table table, List<Row> rows) throws SQLException {
        List<? extends Field<?, ?>> partition = table.type().partitionKey();
        String columns = String.join(", ", table.columns(partition));
        String position = table.columns().get(table.position());
        Map<Key, Integer> ends = new HashMap<>();
        List<Key> keys = rows.stream().map(row -> row.key(partition)).distinct().toList();
        for (List<Key> chunk : Lookup.chunks(table, partition, keys)) {
            Sql sql = new Sql("SELECT " + table.selected(partition) + (columns.isEmpty() ? "" : ", ") + "MAX("
                    + position + ") + 1 FROM " + table.name() + " WHERE ");
            table.in(sql, partition, chunk);
            sql.add(columns.isEmpty() ? "" : " GROUP BY " + columns);
            session.each(sql, found -> {
                ends.put(table.readKey(found, partition), found.getInt(partition.size() + 1));
                return true;
            });
        }
        return ends;
    }
}
