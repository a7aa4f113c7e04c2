package io.storeway.sql.internal.rows;

import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads by many keys at once: one statement text whatever their number. */
public final class Lookup {

    private Lookup() {}

    /** The rows whose fields equal one of the keys, in no particular order. */
    public static List<Row> rows(Session session, Table table, List<? extends Field<?, ?>> fields, Collection<Key> keys)
            throws SQLException {
        return rows(session, table, fields, keys, "");
    }

    /** As above, with what ends the statement. */
    public static List<Row> rows(
            Session session, Table table, List<? extends Field<?, ?>> fields, Collection<Key> keys, String end)
            throws SQLException {
        List<Row> found = new ArrayList<>();
        for (List<Key> chunk : chunks(table, fields, keys)) {
            Sql sql = new Sql(table.select()).add(" WHERE ");
            table.in(sql, fields, chunk);
            session.each(sql.add(end), rows -> found.add(table.read(rows)));
        }
        return found;
    }

    /** Those of the keys that rows have in the fields. */
    public static Set<Key> keys(Session session, Table table, List<? extends Field<?, ?>> fields, Collection<Key> keys)
            throws SQLException {
        Set<Key> found = new HashSet<>();
        if (fields.isEmpty()) {
            Sql any = new Sql("SELECT 1 FROM " + table.name() + " LIMIT 1");
            return session.list(any, rows -> rows.getInt(1)).isEmpty() ? found : Set.of(Key.EMPTY);
        }
        for (List<Key> chunk : chunks(table, fields, keys)) {
            Sql sql = new Sql("SELECT DISTINCT " + table.selected(fields) + " FROM " + table.name() + " WHERE ");
            table.in(sql, fields, chunk);
            found.addAll(session.list(sql, rows -> table.readKey(rows, fields)));
        }
        return found;
    }

    /** The keys in chunks for one statement each, without keys that no row can have. */
    public static List<List<Key>> chunks(Table table, List<? extends Field<?, ?>> fields, Collection<Key> keys) {
        List<Key> all = new ArrayList<>(keys);
        all.removeIf(key -> !table.holds(fields, key));
        return all.size() == 1 ? List.of(all) : chunks(all, table.keysAtOnce(fields));
    }

    static <E> List<List<E>> chunks(List<E> all, int size) {
        List<List<E>> chunks = new ArrayList<>();
        for (int from = 0; from < all.size(); ) {
            int to = (int) Math.min(all.size(), (long) from + size);
            chunks.add(all.subList(from, to));
            from = to;
        }
        return chunks;
    }
}
