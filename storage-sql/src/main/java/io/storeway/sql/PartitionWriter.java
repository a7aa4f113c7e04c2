package io.storeway.sql;

import io.storeway.Key;
import io.storeway.Row;
import io.storeway.UniqueKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes given rows the whole content of partitions, touching only what differs, so that referring rows stay. */
final class PartitionWriter {

    private final RowWriter writer;

    PartitionWriter(RowWriter writer) {
        this.writer = writer;
    }

    /**
     * Writes the difference.
     *
     * @param present the rows that are there
     * @param wanted the rows that are to be there, no key twice
     */
    void write(Session session, Table table, Collection<Row> present, List<Row> wanted) throws SQLException {
        Map<Key, Row> gone = new LinkedHashMap<>();
        present.forEach(row -> gone.put(row.key(), row));
        List<Row> added = new ArrayList<>();
        List<Row> changed = new ArrayList<>();
        for (Row row : wanted) {
            Row before = gone.remove(row.key());
            if (before == null) {
                added.add(row);
            } else if (!before.equals(row)) {
                // Rows that trade unique values would collide on the way; where nothing refers to them they are new.
                if (table.leaf() && !sameUnique(table, before, row)) {
                    gone.put(row.key(), before);
                    added.add(row);
                } else {
                    changed.add(row);
                }
            }
        }
        if (!gone.isEmpty()) {
            writer.remove(session, table, gone.keySet());
        }
        if (!changed.isEmpty()) {
            writer.upsert(session, table, changed);
        }
        if (!added.isEmpty()) {
            writer.insertNew(session, table, added);
        }
    }

    private static boolean sameUnique(Table table, Row before, Row after) {
        for (UniqueKey unique : table.type().uniqueKeys()) {
            Key old = Table.keyOf(before, unique.fields());
            if (old != null && !old.equals(Table.keyOf(after, unique.fields()))) {
                return false;
            }
        }
        return true;
    }
}
