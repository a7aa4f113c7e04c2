package io.storeway.sql.internal.schema;

import io.storeway.Missing;
import io.storeway.error.ErrorContext;
import io.storeway.error.SchemaMismatchException;
import io.storeway.sql.SchemaChange;
import io.storeway.sql.SchemaChange.Phase;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.transaction.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Brings the database to the tables that entity types declare, or says how it differs. */
public final class Schema {

    private static final int LOOKS = 20;
    private static final long BETWEEN_LOOKS_NANOS = 50_000_000;

    private final Dialect dialect;

    public Schema(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * Makes what is missing, if that is allowed, and compares all tables. Storages that open a database at the same time make their tables
     * one after the other.
     *
     * @throws SchemaMismatchException if there is a difference
     */
    public void ready(Transactions transactions, ErrorContext context, List<Table> tables, Missing missing) {
        if (missing != Missing.CREATE) {
            transactions.read(() -> context, session -> {
                check(Jdbi.open(session.connection()), tables, missing);
                return this;
            });
            return;
        }
        boolean asDeclared = transactions.sees(() -> context, session -> {
            Handle handle = Jdbi.open(session.connection());
            return !incomplete(handle, tables)
                    && differences(handle, tables, missing).isEmpty();
        });
        if (!asDeclared) {
            transactions.creating(() -> context, session -> {
                Handle handle = Jdbi.open(session.connection());
                if (incomplete(handle, tables)) {
                    session.refuseJoined(context);
                    create(handle, tables);
                }
                checkFinished(handle, tables);
                return this;
            });
        }
    }

    private void checkFinished(Handle handle, List<Table> tables) throws SQLException {
        boolean unfinished = dialect.showsUnfinishedTables(handle.getConnection());
        for (int look = 1; unfinished && look < LOOKS; look++) {
            if (differences(handle, tables, Missing.REFUSE).isEmpty()) {
                return;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
        check(handle, tables, Missing.REFUSE);
    }

    /** Whether anything would have to be created. */
    private boolean incomplete(Handle handle, List<Table> tables) throws SQLException {
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
    private void create(Handle handle, List<Table> tables) throws SQLException {
        LiveSchema schema = new LiveSchema(handle.getConnection(), dialect);
        for (Table table : tables) {
            SchemaWriter writer = new SchemaWriter(table, dialect);
            String live = schema.find(table.type().sql().table());
            Map<String, List<String>> indexes = writer.indexes();
            if (live == null) {
                schema.requireNotHiding(table.type().sql().table());
                for (String statement : writer.createTable()) {
                    execute(handle.getConnection(), statement);
                }
            } else {
                indexes = SchemaCheck.missingIndexes(writer, schema.read(live));
            }
            for (Map.Entry<String, List<String>> index : indexes.entrySet()) {
                if (live == null || columnsExist(schema, live, index.getValue())) {
                    execute(handle.getConnection(), writer.createIndex(index.getKey(), index.getValue()));
                }
            }
        }
    }

    /** Whether all columns of an index exist. An index over a missing column isn't made; the check reports the column. */
    private static boolean columnsExist(LiveSchema schema, String live, List<String> columns) throws SQLException {
        return schema.read(live).columns().keySet().containsAll(columns);
    }

    /** Runs a statement without Jdbi, which would take parts of literals for parameters. */
    public static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The changes that make the tables as declared, in the order in which they are applied. */
    public List<SchemaChange> changes(Handle handle, List<Table> tables) throws SQLException {
        LiveSchema schema = new LiveSchema(handle.getConnection(), dialect);
        List<SchemaChange> changes = new ArrayList<>();
        for (Table table : tables) {
            String live = schema.find(table.type().sql().table());
            if (live == null) {
                changes.add(created(table));
            } else {
                changes.addAll(new SchemaDiff(handle, table, dialect, schema.read(live)).changes());
            }
        }
        changes.sort(Comparator.comparing(SchemaChange::phase));
        return changes;
    }

    private SchemaChange created(Table table) {
        SchemaWriter writer = new SchemaWriter(table, dialect);
        List<String> statements = new ArrayList<>(writer.createTable());
        writer.indexes().forEach((name, columns) -> statements.add(writer.createIndex(name, columns)));
        String name = table.type().sql().table();
        return new SchemaChange(name, "create the table " + name, Phase.EXPAND, false, statements);
    }

    private void check(Handle handle, List<Table> tables, Missing missing) throws SQLException {
        List<String> differences = differences(handle, tables, missing);
        if (!differences.isEmpty()) {
            throw new SchemaMismatchException(
                    "The schema differs from the entity types (SqlStorage.changes or the command schema writes a script)",
                    differences,
                    new ErrorContext("open", dialect.name(), null, null));
        }
    }

    /** Compares all tables. A missing table is no difference if it is allowed to be missing. */
    private List<String> differences(Handle handle, List<Table> tables, Missing missing) throws SQLException {
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
        return differences;
    }
}
