package io.storeway.sql.internal.keyvalue;

import io.storeway.error.ErrorContext;
import io.storeway.error.SchemaMismatchException;
import io.storeway.sql.SchemaChange;
import io.storeway.sql.internal.connection.Session;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.LiveColumn;
import io.storeway.sql.internal.dialect.MariaDbDialect;
import io.storeway.sql.internal.dialect.SqliteDialect;
import io.storeway.sql.internal.schema.LiveSchema;
import io.storeway.sql.internal.schema.Schema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Creates and checks the table of a {@code SqlKeyValueStore}. */
public final class KvSchema {

    private static final Pattern BYTES = Pattern.compile("(?i)binary|bytea|blob");
    private static final Pattern TEXT = Pattern.compile("(?i)text|char|clob");
    private static final Pattern NUMBER = Pattern.compile("(?i)^(big|int8)");
    /** The accepted types of the columns, except on SQLite, which converts values as needed. */
    private static final List<Pattern> TYPES = List.of(BYTES, BYTES, TEXT, NUMBER, NUMBER, NUMBER, NUMBER);

    private final String table;
    private final Dialect dialect;
    private final boolean converts;
    private final List<String> ddl;

    public KvSchema(String table, Dialect dialect) {
        this.table = table;
        this.dialect = dialect;
        this.converts = dialect instanceof SqliteDialect;
        String name = dialect.quote(table);
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

    private String quoted(String sql) {
        return KvTable.quoted(sql, dialect);
    }

    /** The step that creates the table. */
    public SchemaChange created() {
        return new SchemaChange(table, "create the table " + table, SchemaChange.Phase.EXPAND, false, ddl);
    }

    /** Whether there is no table of that name. */
    public boolean absent(Session session) throws SQLException {
        return new LiveSchema(session.connection(), dialect).find(table) == null;
    }

    public boolean asDeclared(Session session) throws SQLException {
        LiveSchema schema = new LiveSchema(session.connection(), dialect);
        String live = schema.find(table);
        return live != null && differences(schema.read(live)).isEmpty();
    }

    public void create(Session session) throws SQLException {
        new LiveSchema(session.connection(), dialect).requireNotHiding(table);
        for (String statement : ddl) {
            Schema.execute(session.connection(), statement);
        }
    }

    /**
     * Checks that a store can work with the table.
     *
     * @throws SchemaMismatchException if it is missing, or has other columns
     */
    public void check(Session session, ErrorContext context) throws SQLException {
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
        for (int i = 0; i < KvTable.COLUMNS.size(); i++) {
            String column = KvTable.COLUMNS.get(i);
            LiveColumn there = live.columns().get(column);
            if (there == null) {
                differences.add("column " + table + "." + column + " is missing");
            } else if (!converts && !TYPES.get(i).matcher(there.type()).find()) {
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
                .filter(column ->
                        !KvTable.COLUMNS.contains(column.name()) && !column.nullable() && !column.hasDefault())
                .forEach(column -> differences.add("column " + table + "." + column.name()
                        + " is NOT NULL without a default, so no entry could be put"));
        return differences;
    }
}
