package io.storeway.sql.internal.keyvalue;

import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.Sql;
import io.storeway.sql.internal.dialect.SqliteDialect;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements that read and write the table of a {@code SqlKeyValueStore}, in one dialect.
 *
 * <p>A row without a value is a tombstone, which keeps the version of a deleted key. The row with the empty key, which no entry can have,
 * holds the floor: the highest version of the tombstones that were deleted.
 */
public final class KvTable {

    /** The key of the row that holds the floor. */
    static final String FLOOR = "";

    /** All columns; times are epoch milliseconds. */
    static final List<String> COLUMNS =
            List.of("key", "value", "metadata", "expiration", "created_at", "updated_at", "version");

    private static final String SELECTED = "\"key\", \"value\", \"metadata\", \"expiration\", \"version\"";

    private final String name;
    private final boolean textKeys;
    private final boolean locks;
    private final Dialect dialect;

    /** The table in a dialect. Keys are text on SQLite, which orders text by bytes and takes every character; elsewhere bytes. */
    public KvTable(String table, Dialect dialect) {
        this.dialect = dialect;
        this.name = dialect.quote(table);
        this.textKeys = dialect instanceof SqliteDialect;
        this.locks = !textKeys;
    }

    /** Replaces the quotes of the SQL standard by those of the engine, in a statement without literals. */
    static String quoted(String sql, Dialect dialect) {
        return sql.replace('"', dialect.quote("").charAt(0));
    }

    private String quoted(String sql) {
        return quoted(sql, dialect);
    }

    private Sql sql(String text) {
        return new Sql(quoted(text));
    }

    public String name() {
        return name;
    }

    /** What JDBC binds for a key. */
    public Object bound(String key) {
        return textKeys ? key : key.getBytes(StandardCharsets.UTF_8);
    }

    public String key(ResultSet rows) throws SQLException {
        return textKeys ? rows.getString(1) : new String(rows.getBytes(1), StandardCharsets.UTF_8);
    }

    /** Selects the entries among the keys, of which there are at most as many as the largest chunk. */
    public Sql entries(List<String> keys) {
        return in(sql("SELECT " + SELECTED + " FROM " + name + " WHERE "), keys)
                .add(quoted(" AND \"value\" IS NOT NULL"));
    }

    /** Selects key, version and whether there is a value, and locks the rows until the transaction ends. */
    Sql locked(List<String> keys) {
        Sql sql = sql(
                "SELECT \"key\", \"version\", CASE WHEN \"value\" IS NULL THEN 0 ELSE 1 END FROM " + name + " WHERE ");
        return in(sql, keys).add(quoted(locks ? " ORDER BY \"key\" FOR UPDATE" : ""));
    }

    private Sql in(Sql sql, List<String> keys) {
        sql.add(quoted("\"key\" IN ")).tuples(1, Dialect.slots(keys.size()));
        for (int i = 0; i < Dialect.slots(keys.size()); i++) {
            sql.bind(bound(keys.get(Math.min(i, keys.size() - 1))));
        }
        return sql;
    }

    /** Selects entries from a key on, or behind it, and below another key if one is given. */
    public Sql range(String from, boolean behind, @Nullable String below, int limit) {
        Sql sql = sql("SELECT " + SELECTED + " FROM " + name + " WHERE \"key\" " + (behind ? ">" : ">=") + " ?")
                .bind(bound(from));
        if (below != null) {
            sql.add(quoted(" AND \"key\" < ?")).bind(bound(below));
        }
        return sql.add(quoted(" AND \"value\" IS NOT NULL ORDER BY \"key\" LIMIT ?"))
                .bind(limit);
    }

    Sql floor() {
        return sql("SELECT COALESCE(MAX(\"version\"), 0) FROM " + name + " WHERE \"key\" = ?")
                .bind(bound(FLOOR));
    }

    /** Inserts a row: key, value, metadata, expiration, created, updated, version. */
    String insert() {
        return "INSERT INTO " + name + " ("
                + String.join(", ", COLUMNS.stream().map(dialect::quote).toList()) + ") VALUES "
                + new Sql().tuples(1, COLUMNS.size()).text();
    }

    /**
     * Overwrites an entry: value, metadata, expiration, updated, key. With nulls it makes a tombstone.
     *
     * @param version whether to overwrite only an entry with a certain version, which is bound last
     */
    public String overwrite(boolean version) {
        return quoted("UPDATE " + name + " SET \"value\" = ?, \"metadata\" = ?, \"expiration\" = ?, \"updated_at\" = ?,"
                + " \"version\" = \"version\" + 1 WHERE \"key\" = ? AND \"value\" IS NOT NULL"
                + (version ? " AND \"version\" = ?" : ""));
    }

    /** Puts a value into an existing row, entry or tombstone: as {@link #overwrite}, with created bound before updated. */
    String revive() {
        return quoted("UPDATE " + name + " SET \"value\" = ?, \"metadata\" = ?, \"expiration\" = ?, \"created_at\" = ?,"
                + " \"updated_at\" = ?, \"version\" = \"version\" + 1 WHERE \"key\" = ? AND \"version\" = ?");
    }

    /** Turns expired entries into tombstones. */
    public Sql expire(long now, long updated) {
        return sql("UPDATE " + name + " SET \"value\" = NULL, \"metadata\" = NULL, \"expiration\" = NULL,"
                        + " \"updated_at\" = ?, \"version\" = \"version\" + 1 WHERE \"expiration\" <= ?")
                .bind(updated)
                .bind(now);
    }

    private Sql old(Sql sql, long updatedBefore) {
        return sql.add(quoted(" WHERE \"value\" IS NULL AND \"updated_at\" < ? AND \"key\" <> ?"))
                .bind(updatedBefore)
                .bind(bound(FLOOR));
    }

    /** Selects the highest version of the tombstones that are older. */
    public Sql highest(long updatedBefore) {
        return old(sql("SELECT COALESCE(MAX(\"version\"), 0) FROM " + name), updatedBefore);
    }

    /** Deletes the tombstones that are older. */
    public Sql sweep(long updatedBefore) {
        return old(sql("DELETE FROM " + name), updatedBefore);
    }

    /** Raises the floor, if its row exists. */
    Sql raise(long floor) {
        return sql("UPDATE " + name + " SET \"version\" = CASE WHEN \"version\" < ? THEN ? ELSE \"version\" END"
                        + " WHERE \"key\" = ?")
                .bind(floor)
                .bind(floor)
                .bind(bound(FLOOR));
    }

    /**
     * The smallest text above all texts with the prefix, in the order of UTF-8 bytes, which is that of code points; null if there is
     * none.
     */
    public static @Nullable String above(String prefix) {
        int[] points = prefix.codePoints().toArray();
        for (int last = points.length - 1; last >= 0; last--) {
            if (points[last] < Character.MAX_CODE_POINT) {
                int next = points[last] + 1;
                points[last] = next == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : next;
                return new String(points, 0, last + 1);
            }
        }
        return null;
    }
}
