package io.storeway.sql;

import io.storeway.error.ErrorContext;
import io.storeway.error.SchemaMismatchException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The table of a {@link SqlKeyValueStore}: its columns and statements in one dialect.
 *
 * <p>A row without a value is a tombstone, which keeps the version of a deleted key. The row with the empty key, which no entry can have,
 * holds the floor: the highest version of the tombstones that were deleted.
 */
final class KvTable {

    /** The key of the row that holds the floor. */
    static final String FLOOR = "";

    /** All columns; times are epoch milliseconds. */
    static final List<String> COLUMNS =
            List.of("key", "value", "metadata", "expiration", "created_at", "updated_at", "version");

    private static final Pattern BYTES = Pattern.compile("(?i)binary|bytea|blob");
    private static final Pattern TEXT = Pattern.compile("(?i)text|char|clob");
    private static final Pattern NUMBER = Pattern.compile("(?i)^(big|int8)");
    /** The accepted types of the columns, except on SQLite, which converts values as needed. */
    private static final List<Pattern> TYPES = List.of(BYTES, BYTES, TEXT, NUMBER, NUMBER, NUMBER, NUMBER);

    private static final String SELECTED = "\"key\", \"value\", \"metadata\", \"expiration\", \"version\"";

    private final String table;
    private final String name;
    private final boolean textKeys;
    private final boolean locks;
    private final Dialect dialect;
    private final List<String> ddl;

    /** The table in a dialect. Keys are text on SQLite, which orders text by bytes and takes every character; elsewhere bytes. */
    KvTable(String table, Dialect dialect) {
        this.dialect = dialect;
        this.table = table;
        this.name = dialect.quote(table);
        this.textKeys = dialect instanceof SqliteDialect;
        this.locks = !textKeys;
        String types = switch (dialect.name()) {
            case "sqlite" -> "TEXT BLOB TEXT INTEGER";
            case "postgresql" -> "BYTEA BYTEA TEXT BIGINT";
            case "mariadb" -> "VARBINARY(2048) LONGBLOB LONGTEXT BIGINT";
            default -> "VARBINARY(2048) VARBINARY VARCHAR BIGINT";
        };
        String options = switch (dialect.name()) {
            case "sqlite" -> " STRICT";
            case "mariadb" -> MariaDbDialect.OPTIONS;
            default -> "";
        };
        String[] type = types.split(" ", -1);
        this.ddl = List.of(
                quoted("CREATE TABLE " + name + " (\n    \"key\" " + type[0] + " NOT NULL PRIMARY KEY,\n    \"value\" "
                        + type[1]
                        + ",\n    \"metadata\" " + type[2] + ",\n    \"expiration\" " + type[3]
                        + ",\n    \"created_at\" " + type[3] + " NOT NULL,\n    \"updated_at\" " + type[3]
                        + " NOT NULL,\n    \"version\" " + type[3] + " NOT NULL\n)" + options),
                quoted("CREATE INDEX \"" + table + "_expiration_ix\" ON " + name + " (\"expiration\")"));
    }

    /** Replaces the quotes of the SQL standard by those of the engine, in a statement without literals. */
    private String quoted(String sql) {
        return sql.replace('"', dialect.quote("").charAt(0));
    }

    private Sql sql(String text) {
        return new Sql(quoted(text));
    }

    /** The step that creates the table. */
    SchemaChange created() {
        return new SchemaChange(table, "create the table " + table, SchemaChange.Phase.EXPAND, false, ddl);
    }

    /** Whether there is no table of that name. */
    boolean absent(Session session) throws SQLException {
        return new LiveSchema(session.connection(), dialect).find(table) == null;
    }

    void create(Session session) throws SQLException {
        new LiveSchema(session.connection(), dialect).requireNotHiding(table);
        for (String statement : ddl) {
            Schema.execute(session.connection(), statement);
        }
    }

    /**
     * Checks that this class can work with the table.
     *
     * @throws SchemaMismatchException if it is missing, or has other columns
     */
    void check(Session session, ErrorContext context) throws SQLException {
        LiveSchema schema = new LiveSchema(session.connection(), dialect);
        String live = schema.find(table);
        if (live == null) {
            throw new SchemaMismatchException(
                    List.of("table " + table + " is missing; create it: " + ddl.get(0)), context);
        }
        List<String> differences = differences(schema.read(live));
        if (!differences.isEmpty()) {
            differences.add(
                    "if the table is another application's, open the store in one of another name; else create it"
                            + " anew: " + ddl.get(0));
            throw new SchemaMismatchException(differences, context);
        }
    }

    private List<String> differences(LiveSchema.LiveTable live) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < COLUMNS.size(); i++) {
            String column = COLUMNS.get(i);
            LiveSchema.Column there = live.columns().get(column);
            if (there == null) {
                differences.add("column " + table + "." + column + " is missing");
            } else if (!textKeys && !TYPES.get(i).matcher(there.type()).find()) {
                differences.add("column " + table + "." + column + " has the type " + there.type());
            }
        }
        boolean unique = live.primaryKey().equals(List.of("key"))
                || live.indexes().stream()
                        .anyMatch(index -> index.unique() && index.columns().equals(List.of("key")));
        if (!unique && live.columns().containsKey("key")) {
            differences.add("column " + table + ".key is not the primary key, so a key could be there twice");
        }
        live.columns().values().stream()
                .filter(column -> !COLUMNS.contains(column.name()) && !column.nullable() && !column.hasDefault())
                .forEach(column -> differences.add("column " + table + "." + column.name()
                        + " is NOT NULL without a default, so no entry could be put"));
        return differences;
    }

    String name() {
        return name;
    }

    /** What JDBC binds for a key. */
    Object bound(String key) {
        return textKeys ? key : key.getBytes(StandardCharsets.UTF_8);
    }

    String key(ResultSet rows) throws SQLException {
        return textKeys ? rows.getString(1) : new String(rows.getBytes(1), StandardCharsets.UTF_8);
    }

    /** Selects the entries among the keys, of which there are at most as many as the largest chunk. */
    Sql entries(List<String> keys) {
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
    Sql range(String from, boolean behind, @Nullable String below, int limit) {
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
    String overwrite(boolean version) {
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
    Sql expire(long now, long updated) {
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
    Sql highest(long updatedBefore) {
        return old(sql("SELECT COALESCE(MAX(\"version\"), 0) FROM " + name), updatedBefore);
    }

    /** Deletes the tombstones that are older. */
    Sql sweep(long updatedBefore) {
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
    static @Nullable String above(String prefix) {
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
