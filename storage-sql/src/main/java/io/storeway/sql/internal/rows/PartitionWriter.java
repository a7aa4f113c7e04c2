package io.storeway.sql.internal.rows;

import io.storeway.Key;
import io.storeway.Row;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes given rows the whole content of partitions. Writes only what differs, so that rows which refer to others stay. */
public final class PartitionWriter {

    private final RowWriter writer;

    public PartitionWriter(RowWriter writer) {
        this.writer = writer;
    }

    /**
     * Writes the difference.
     *
     * @param present the rows that are there
     * @param wanted the rows that are to be there, no key twice
     */
    public void write(Session session, Table table, Collection<Row> present, List<Row> wanted) throws SQLException {
        Map<Key, Row> gone = new LinkedHashMap<>();
        present.forEach(row -> gone.put(row.key(), row));
        List<Row> added = new ArrayList<>();
        List<Row> changed = new ArrayList<>();
        for (Row row : wanted) {
            Row there = gone.remove(row.key());
            if (there == null) {
                added.add(row);
            } else if (!there.equals(row)) {
                changed.add(row);
            }
        }
        if (!changed.isEmpty() && !table.type().uniqueKeys().isEmpty()) {
            HoldersFirst order = new HoldersFirst(table, changed, present);
            changed = order.ordered();
            // A row that others refer to can't be deleted, so there rows that trade values in a circle are refused.
            for (Row row : order.anew()) {
                if (table.leaf()) {
                    gone.put(row.key(), row);
                    added.add(row);
                } else {
                    changed.add(row);
                }
            }
        }
        if (!gone.isEmpty()) {
            writer.removeRead(session, table, gone.keySet());
        }
        if (!changed.isEmpty()) {
            writer.upsert(session, table, changed);
        }
        if (!added.isEmpty()) {
            writer.insertNew(session, table, added);
        }
    }
}
