package io.storeway.sql.internal.d1;

import io.storeway.Json;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The schema as {@link DatabaseMetaData}. Each kind of metadata is read for all tables at once, and kept. */
public final class SchemaReader {

    private static final String TABLES = """
        SELECT name AS TABLE_NAME, upper(type) AS TABLE_TYPE FROM sqlite_master
        WHERE type IN ('table', 'view') AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'""";

    // D1's own tables, whose names begin with _cf_, may not be looked into.

    private static final String COLUMNS = """
        SELECT t.name AS TABLE_NAME, c.name AS COLUMN_NAME, c.type AS TYPE_NAME, 0 AS COLUMN_SIZE, 0 AS DECIMAL_DIGITS,
        CASE WHEN c."notnull" THEN 0 ELSE 1 END AS NULLABLE, c.dflt_value AS COLUMN_DEF,
        'NO' AS IS_AUTOINCREMENT, CASE WHEN c.hidden IN (2, 3) THEN 'YES' ELSE 'NO' END AS IS_GENERATEDCOLUMN
        FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table' AND t.name NOT GLOB '_cf_*' ORDER BY t.name, c.cid""";

    private static final String PRIMARY_KEYS = """
        SELECT t.name AS TABLE_NAME, c.name AS COLUMN_NAME, c.pk AS KEY_SEQ
        FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table' AND t.name NOT GLOB '_cf_*' AND c.pk > 0""";

    private static final String FOREIGN_KEYS = """
        SELECT t.name AS TABLE_NAME, k.seq + 1 AS KEY_SEQ, k."table" AS PKTABLE_NAME, k."from" AS FKCOLUMN_NAME,
        k."to" AS PKCOLUMN_NAME, CASE k.on_delete WHEN 'CASCADE' THEN 0 WHEN 'RESTRICT' THEN 1 WHEN 'SET NULL' THEN 2
        WHEN 'SET DEFAULT' THEN 4 ELSE 3 END AS DELETE_RULE
        FROM sqlite_master t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table' AND t.name NOT GLOB '_cf_*' ORDER BY t.name, k.id, k.seq""";

    private static final String INDEXES = """
        SELECT t.name AS TABLE_NAME, i.name AS INDEX_NAME, c.name AS COLUMN_NAME, c.seqno + 1 AS ORDINAL_POSITION,
        NOT i."unique" AS NON_UNIQUE
        FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c WHERE t.type = 'table' AND t.name NOT GLOB '_cf_*'""";

    private final D1Connection connection;
    private final String url;
    private final Map<String, List<Map<String, Json>>> known = new HashMap<>();

    SchemaReader(D1Connection connection, String url) {
        this.connection = connection;
        this.url = url;
    }

    /** Makes everything be read again. */
    void forget() {
        known.clear();
    }

    public String getDatabaseProductName() {
        return "Cloudflare D1";
    }

    public String getURL() {
        return url;
    }

    public String getSearchStringEscape() {
        return "\\";
    }

    public ResultSet getTables(
            @Nullable String catalog, @Nullable String schema, @Nullable String pattern, String @Nullable [] types)
            throws SQLException {
        return Rows.of(all(TABLES));
    }

    public ResultSet getColumns(
            @Nullable String catalog, @Nullable String schema, String table, @Nullable String columns)
            throws SQLException {
        return of(COLUMNS, table.replace("\\_", "_"));
    }

    public ResultSet getPrimaryKeys(@Nullable String catalog, @Nullable String schema, String table)
            throws SQLException {
        return of(PRIMARY_KEYS, table);
    }

    public ResultSet getImportedKeys(@Nullable String catalog, @Nullable String schema, String table)
            throws SQLException {
        return of(FOREIGN_KEYS, table);
    }

    public ResultSet getIndexInfo(
            @Nullable String catalog, @Nullable String schema, String table, boolean unique, boolean approximate)
            throws SQLException {
        return of(INDEXES, table);
    }

    private ResultSet of(String question, String table) throws SQLException {
        Json name = new Json.Str(table);
        return Rows.of(all(question).stream()
                .filter(row -> name.equals(row.get("TABLE_NAME")))
                .toList());
    }

    private List<Map<String, Json>> all(String question) throws SQLException {
        List<Map<String, Json>> rows = known.get(question);
        if (rows == null) {
            rows = connection.read(Statement.of(question)).rows();
            known.put(question, rows);
        }
        return rows;
    }
}
