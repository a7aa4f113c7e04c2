package io.storeway.sql;

import io.storeway.Missing;
import io.storeway.error.ErrorContext;
import io.storeway.error.SchemaMismatchException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Brings the database to the tables that entity types declare, or says how it differs. */
final class Schema {

    private final Dialect dialect;

    Schema(Dialect dialect) {
        this.dialect = dialect;
    }

    /** Whether anything would have to be created. */
    boolean incomplete(Handle handle, List<Table> tables) throws SQLException {
        LiveSchema schema = new LiveSchema(handle.getConnection(), dialect);
        for (Table table : tables) {
            String live = schema.find(table.type().sql().table());
            if (live == null
                    || !SchemaCheck.missingIndexes(new SchemaWriter(table, dialect), schema.read(live))
                            .isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Creates what is missing. */
    void create(Handle handle, List<Table> tables) throws SQLException {
        LiveSchema schema = new LiveSchema(handle.getConnection(), dialect);
        for (Table table : tables) {
            SchemaWriter writer = new SchemaWriter(table, dialect);
            String live = schema.find(table.type().sql().table());
            Map<String, List<String>> indexes = writer.indexes();
            if (live == null) {
                for (String statement : writer.createTable()) {
                    execute(handle, statement);
                }
            } else {
                indexes = SchemaCheck.missingIndexes(writer, schema.read(live));
            }
            for (Map.Entry<String, List<String>> index : indexes.entrySet()) {
                if (columnsExist(schema, table, index.getValue())) {
                    execute(handle, writer.createIndex(index.getKey(), index.getValue()));
                }
            }
        }
    }

    /** An index over a missing column is left to the check, which says what to do about the column. */
    private static boolean columnsExist(LiveSchema schema, Table table, List<String> columns) throws SQLException {
        String live = schema.find(table.type().sql().table());
        return live != null && schema.read(live).columns().keySet().containsAll(columns);
    }

    /** Runs a statement as it stands; its literals may hold what Jdbi would take for parameters. */
    static void execute(Handle handle, String sql) throws SQLException {
        try (Statement statement = handle.getConnection().createStatement()) {
            statement.execute(sql);
        }
    }

    /** The changes that bring the tables to what is declared, in the order in which they are applied. */
    List<SchemaChange> changes(Handle handle, List<Table> tables) throws SQLException {
        LiveSchema schema = new LiveSchema(handle.getConnection(), dialect);
        List<SchemaChange> changes = new ArrayList<>();
        for (Table table : tables) {
            String live = schema.find(table.type().sql().table());
            if (live == null) {
                changes.add(SchemaDiff.created(table, dialect));
            } else {
                changes.addAll(new SchemaDiff(handle, table, dialect, schema.read(live)).changes());
            }
        }
        changes.sort(Comparator.comparing(SchemaChange::phase));
        return changes;
    }

    /**
     * Compares all tables; one that is missing is no difference where it is allowed.
     *
     * @throws SchemaMismatchException if there is a difference
     */
    void check(Handle handle, List<Table> tables, Missing missing) throws SQLException {
        LiveSchema schema = new LiveSchema(handle.getConnection(), dialect);
        List<String> differences = new ArrayList<>();
        for (Table table : tables) {
            @Nullable String live = schema.find(table.type().sql().table());
            if (live == null) {
                if (missing != Missing.ALLOW) {
                    differences.add(SchemaCheck.missing(table));
                }
            } else {
                differences.addAll(new SchemaCheck(table, dialect, schema.read(live)).differences(handle));
            }
        }
        if (!differences.isEmpty()) {
            throw new SchemaMismatchException(differences, new ErrorContext("open", dialect.name(), null, null));
        }
    }
}
