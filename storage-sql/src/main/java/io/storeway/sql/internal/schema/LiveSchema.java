package io.storeway.sql.internal.schema;

import io.storeway.error.ErrorContext;
import io.storeway.error.SchemaMismatchException;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.LiveColumn;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tables of a database as they are, read through JDBC's metadata. */
public final class LiveSchema {

    /** A foreign key; the rule is one of {@link DatabaseMetaData}'s. */
    record ForeignKey(List<String> columns, String target, List<String> targetColumns, int deleteRule) {}

    /** An index with its columns in order. */
    public record Index(String name, List<String> columns, boolean unique) {}

    /** A table. */
    public record LiveTable(
            String name,
            Map<String, LiveColumn> columns,
            List<String> primaryKey,
            List<ForeignKey> foreignKeys,
            List<Index> indexes) {

        LiveTable with(List<Index> others) {
            return new LiveTable(name, columns, primaryKey, foreignKeys, others);
        }
    }

    private record Named(String name, String type) {}

    private static final Pattern NO_TABLE = Pattern.compile("VIEW|INDEX|SEQUENCE|TYPE|SYNONYM");

    private final Connection connection;
    private final DatabaseMetaData metadata;
    private final @Nullable String catalog;
    private final @Nullable String schema;
    private final Dialect dialect;
    private @Nullable List<Named> names;

    /**
     * Opens the schema to which unqualified names lead.
     *
     * @throws SchemaMismatchException if they lead to none
     */
    public LiveSchema(Connection connection, Dialect dialect) throws SQLException {
        this.connection = connection;
        this.metadata = connection.getMetaData();
        this.catalog = connection.getCatalog();
        this.schema = connection.getSchema();
        this.dialect = dialect;
        String advice = dialect.nowhere(catalog, schema);
        if (advice != null) {
            throw mismatch(advice);
        }
    }

    /**
     * The name of the table as the database writes it, or null if there was no such table when this was first asked.
     *
     * @throws SchemaMismatchException if the name is that of a view or of something else that is no table
     */
    public @Nullable String find(String table) throws SQLException {
        for (Named there : names()) {
            if (dialect.sameName(there.name(), table)) {
                if (NO_TABLE.matcher(there.type()).find()) {
                    throw mismatch(there.name() + " is no table but a "
                            + there.type().toLowerCase(Locale.ROOT)
                            + "; rename it, or give the entity type a table of another name");
                }
                return there.name();
            }
        }
        return null;
    }

    private List<Named> names() throws SQLException {
        List<Named> found = names;
        if (found == null) {
            found = new ArrayList<>();
            try (ResultSet rows = metadata.getTables(catalog, schema, null, null)) {
                while (rows.next()) {
                    found.add(new Named(rows.getString("TABLE_NAME"), String.valueOf(rows.getString("TABLE_TYPE"))));
                }
            }
            names = found;
        }
        return found;
    }

    /**
     * Checks that a new table wouldn't hide another one from those who use the search path.
     *
     * @throws SchemaMismatchException if there is a table of this name in a later schema of the search path
     */
    public void requireNotHiding(String table) throws SQLException {
        String there = dialect.schemaOnPath(connection, table);
        if (there != null) {
            throw mismatch("table " + table + " is in the schema " + there + ", and one made in " + schema
                    + " would hide it; put " + there + " first in the search_path, or take it"
                    + " out, or apply the script of SqlStorage.changes to make a table of its own");
        }
    }

    private SchemaMismatchException mismatch(String difference) {
        return new SchemaMismatchException(List.of(difference), new ErrorContext("open", dialect.name(), null, null));
    }

    /** Reads the table of exactly this name. */
    public LiveTable read(String name) throws SQLException {
        return new LiveTable(name, columns(name), primaryKey(name), foreignKeys(name), indexes(name));
    }

    private Map<String, LiveColumn> columns(String table) throws SQLException {
        Map<String, LiveColumn> columns = new LinkedHashMap<>();
        Set<String> identities = names(dialect.identities(), table);
        try (ResultSet rows = metadata.getColumns(catalog, schema, escaped(table), null)) {
            while (rows.next()) {
                if (table.equals(rows.getString("TABLE_NAME"))) {
                    boolean computed = "YES".equals(rows.getString("IS_GENERATEDCOLUMN"));
                    boolean identity = identities.contains(rows.getString("COLUMN_NAME"));
                    LiveColumn column = new LiveColumn(
                            rows.getString("COLUMN_NAME"),
                            rows.getString("TYPE_NAME"),
                            rows.getInt("COLUMN_SIZE"),
                            rows.getInt("DECIMAL_DIGITS"),
                            rows.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls,
                            rows.getString("COLUMN_DEF") != null
                                    || computed
                                    || "YES".equals(rows.getString("IS_AUTOINCREMENT")),
                            computed ? "DROP EXPRESSION" : identity ? "SET GENERATED BY DEFAULT" : null);
                    columns.put(column.name(), column);
                }
            }
        }
        return columns;
    }

    /** The names that a query about a table returns; none if there is no query. */
    private Set<String> names(@Nullable String query, String table) throws SQLException {
        Set<String> found = new HashSet<>();
        if (query != null) {
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setString(1, table);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                }
            }
        }
        return found;
    }

    private String escaped(String table) throws SQLException {
        return table.replace("_", metadata.getSearchStringEscape() + "_");
    }

    private List<String> primaryKey(String table) throws SQLException {
        Map<Integer, String> columns = new TreeMap<>();
        try (ResultSet rows = metadata.getPrimaryKeys(catalog, schema, table)) {
            while (rows.next()) {
                columns.put(rows.getInt("KEY_SEQ"), rows.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(columns.values());
    }

    private List<ForeignKey> foreignKeys(String table) throws SQLException {
        List<ForeignKey> keys = new ArrayList<>();
        try (ResultSet rows = metadata.getImportedKeys(catalog, schema, table)) {
            while (rows.next()) {
                if (rows.getInt("KEY_SEQ") == 1) {
                    keys.add(new ForeignKey(
                            new ArrayList<>(),
                            rows.getString("PKTABLE_NAME"),
                            new ArrayList<>(),
                            rows.getInt("DELETE_RULE")));
                }
                ForeignKey last = keys.get(keys.size() - 1);
                last.columns().add(rows.getString("FKCOLUMN_NAME"));
                last.targetColumns().add(rows.getString("PKCOLUMN_NAME"));
            }
        }
        return keys;
    }

    /** The indexes that contain every row. */
    private List<Index> indexes(String table) throws SQLException {
        Map<String, Map<Integer, String>> columns = new LinkedHashMap<>();
        Map<String, Boolean> unique = new LinkedHashMap<>();
        try (ResultSet rows = metadata.getIndexInfo(catalog, schema, table, false, true)) {
            while (rows.next()) {
                String name = rows.getString("INDEX_NAME");
                String column = rows.getString("COLUMN_NAME");
                if (name != null) {
                    // An index over an expression has no column name there.
                    columns.computeIfAbsent(name, key -> new TreeMap<>())
                            .put(rows.getInt("ORDINAL_POSITION"), column == null ? "" : column);
                    unique.put(name, !rows.getBoolean("NON_UNIQUE"));
                }
            }
        }
        List<Index> indexes = new ArrayList<>();
        columns.keySet().removeAll(names(dialect.partialIndexes(), table));
        columns.forEach((name, parts) ->
                indexes.add(new Index(name, List.copyOf(parts.values()), Boolean.TRUE.equals(unique.get(name)))));
        return indexes;
    }

    /** The names, quoted and joined, for a sentence. */
    static String list(Collection<String> names) {
        return "(" + String.join(", ", names) + ")";
    }
}
