package io.storeway.sql.internal.connection;

import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.sql.internal.dialect.D1Dialect;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.Table;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rows that a unit has written and the database doesn't have yet. To let a query see them, a common table expression with the table's
 * own name combines the rows of the table whose keys were not written with the rows that were. Not thread-safe.
 */
public final class Overlay {

    private final Map<Table, Map<Key, Optional<Row>>> written = new LinkedHashMap<>();

    public void put(Table table, Collection<Row> rows) {
        rows.forEach(row -> of(table).put(row.key(), Optional.of(row)));
    }

    public void remove(Table table, Collection<Key> keys) {
        keys.forEach(key -> of(table).put(key, Optional.empty()));
    }

    private Map<Key, Optional<Row>> of(Table table) {
        return written.computeIfAbsent(table, fresh -> new LinkedHashMap<>());
    }

    /** The query, extended so that it sees what was written. */
    Sql over(Sql query) {
        Sql seen = new Sql();
        String separator = "WITH ";
        for (Map.Entry<Table, Map<Key, Optional<Row>>> each : written.entrySet()) {
            if (query.text().contains(" FROM " + each.getKey().name())) {
                seen.add(separator);
                shadow(seen, each.getKey(), each.getValue());
                separator = ", ";
            }
        }
        seen.add(separator.equals(", ") ? " " : "").add(query.text());
        query.values().forEach(seen::bind);
        return seen;
    }

    private static void shadow(Sql sql, Table table, Map<Key, Optional<Row>> rows) {
        String columns = String.join(", ", table.columns());
        sql.add(table.name() + " (" + columns + ") AS (SELECT " + columns + " FROM main." + table.name() + " WHERE ("
                + String.join(", ", table.key()) + ") NOT IN (SELECT ");
        int place = 0;
        for (Field<?, ?> field : table.type().key()) {
            sql.add(place == 0 ? "" : ", ").add(D1Dialect.ofJson(table.codec(field), place++));
        }
        sql.add(" FROM json_each(?)) UNION ALL " + D1Dialect.ofJson(table) + ")");
        sql.bind(rows.keySet().stream()
                .map(key -> table.encode(table.type().key(), key).values().stream()
                        .map(D1Dialect::json)
                        .collect(Collectors.joining(",", "[", "]")))
                .collect(Collectors.joining(",", "[", "]")));
        sql.bind(rows.values().stream()
                .map(row -> row.map(there -> D1Dialect.json(table, there)).orElse(null))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(",", "[", "]")));
    }
}
