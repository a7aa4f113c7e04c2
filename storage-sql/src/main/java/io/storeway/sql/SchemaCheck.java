package io.storeway.sql;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.OnDelete;
import io.storeway.Reference;
import io.storeway.UniqueKey;
import io.storeway.layout.SqlLayout;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Compares a live table with an entity type; each difference is a sentence with its remedy. */
final class SchemaCheck {

    private final Table table;
    private final EntityType<?> type;
    private final SchemaWriter wanted;
    private final Dialect dialect;
    private final LiveSchema.LiveTable live;
    private final Renames renames;
    private final List<String> differences = new ArrayList<>();

    SchemaCheck(Table table, Dialect dialect, LiveSchema.LiveTable live) {
        this.table = table;
        this.type = table.type();
        this.wanted = new SchemaWriter(table, dialect);
        this.dialect = dialect;
        this.renames = Renames.of(type, live);
        this.live = renames.of(live);
    }

    static String missing(Table table) {
        String name = table.type().sql().table();
        return "table " + name + " is missing; open with Missing.CREATE, or "
                + (name.startsWith(SqlLayout.RESERVED_PREFIX)
                        ? "apply the script of SqlStorage.changes for Catalog.internal()"
                        : "create it");
    }

    /** The differences; a column that is to be renamed is taken for renamed by the others. */
    List<String> differences(Handle handle) throws SQLException {
        renames.former()
                .forEach((column, former) -> differences.add("column " + name() + "." + column
                        + " is there under its former name " + former + "; rename it: "
                        + new AlterSql(dialect, table.name()).renameColumn(former, column)));
        type.fields().forEach(this::column);
        extraColumns();
        primaryKey();
        type.uniqueKeys().forEach(this::uniqueKey);
        type.references().forEach(this::reference);
        indexes();
        checks(dialect.checks(handle, live.name()));
        differences.addAll(dialect.objections(handle, live.name()));
        return differences;
    }

    private String name() {
        return type.sql().table();
    }

    private void column(Field<?, ?> field) {
        String column = type.sql().columns().get(field.index());
        String qualified = name() + "." + column;
        LiveSchema.Column found = live.columns().get(column);
        ColumnCodec codec = table.codec(field);
        if (found == null) {
            differences.add("column " + qualified + " is missing; add it: ALTER TABLE " + table.name() + " ADD COLUMN "
                    + dialect.quote(column) + " " + codec.sqlType()
                    + (field.nullable() ? "" : ", with a default for the rows that are there, and make it NOT NULL"));
            return;
        }
        if (!dialect.sameType(codec, found)) {
            differences.add("column " + qualified + " has the type " + found.type() + " and should have "
                    + codec.sqlType() + "; change the column, or the type of field " + field.name());
        }
        if (found.nullable() != field.nullable()) {
            differences.add(
                    field.nullable()
                            ? "column " + qualified
                                    + " is NOT NULL and should not be; drop the constraint, or make field "
                                    + field.name() + " required"
                            : "column " + qualified + " may be NULL and should not; make it NOT NULL, or field "
                                    + field.name() + " nullable");
        }
    }

    private void extraColumns() {
        for (LiveSchema.Column column : live.columns().values()) {
            if (!type.sql().columns().contains(column.name()) && !column.nullable() && !column.hasDefault()) {
                differences.add("column " + name() + "." + column.name()
                        + " belongs to no field and is NOT NULL without a default, so no row could be inserted;"
                        + " give it a default, or declare a field for it");
            }
        }
    }

    private void primaryKey() {
        List<String> key = type.columns(type.key());
        if (!live.primaryKey().equals(key)) {
            differences.add("table " + name() + " has the primary key " + LiveSchema.list(live.primaryKey())
                    + " and should have " + LiveSchema.list(key) + "; create the table anew and copy its rows");
        }
    }

    private void uniqueKey(UniqueKey unique) {
        List<String> columns = type.columns(unique.fields());
        boolean there = live.indexes().stream()
                .anyMatch(index -> index.unique() && new HashSet<>(index.columns()).equals(new HashSet<>(columns)));
        if (!there) {
            differences.add("unique key " + unique.name() + " on " + name() + LiveSchema.list(columns)
                    + " is missing; add the constraint, or create the table anew and copy its rows");
        }
    }

    private void reference(Reference reference) {
        List<String> columns = type.columns(reference.fields());
        EntityType<?> target = reference.target();
        int rule = reference.onDelete() == OnDelete.CASCADE
                ? DatabaseMetaData.importedKeyCascade
                : DatabaseMetaData.importedKeyRestrict;
        for (LiveSchema.ForeignKey found : live.foreignKeys()) {
            if (found.columns().equals(columns)
                    && dialect.sameName(found.target(), target.sql().table())
                    && found.targetColumns().equals(target.columns(target.key()))) {
                boolean restricts = found.deleteRule() == DatabaseMetaData.importedKeyNoAction
                        && reference.onDelete() == OnDelete.RESTRICT;
                if (found.deleteRule() != rule && !restricts) {
                    differences.add("reference " + reference.name() + " on " + name() + LiveSchema.list(columns)
                            + " has another rule than ON DELETE " + reference.onDelete()
                            + "; create the constraint anew");
                }
                return;
            }
        }
        differences.add("reference " + reference.name() + " from " + name() + LiveSchema.list(columns) + " to "
                + target.sql().table() + LiveSchema.list(target.columns(target.key()))
                + " is missing; add the foreign key, or create the table anew and copy its rows");
    }

    private void indexes() {
        for (Map.Entry<String, List<String>> index :
                missingIndexes(wanted, live).entrySet()) {
            differences.add(
                    "index " + index.getKey() + " is missing; " + wanted.createIndex(index.getKey(), index.getValue()));
        }
    }

    /** Declared indexes for whose columns no index of any name exists. */
    static Map<String, List<String>> missingIndexes(SchemaWriter wanted, LiveSchema.LiveTable live) {
        Map<String, List<String>> missing = wanted.indexes();
        missing.values()
                .removeIf(columns ->
                        live.indexes().stream().anyMatch(index -> SchemaWriter.startsWith(index.columns(), columns)));
        return missing;
    }

    private void checks(Map<String, String> found) {
        wanted.checks().forEach((checkName, expression) -> {
            String there = found.get(checkName);
            if (there == null) {
                differences.add("check " + checkName + " on " + name() + " is missing; add CHECK (" + expression
                        + "), or create the table anew and copy its rows");
            } else if (!there.equals(dialect.comparable(expression)) && !ofRenamed(expression)) {
                differences.add("check " + checkName + " on " + name() + " is not (" + expression
                        + "); create the constraint anew");
            }
        });
    }

    /** Whether a check has a column that is to be renamed, by which engines adapt it. */
    private boolean ofRenamed(String expression) {
        return renames.former().keySet().stream().anyMatch(column -> expression.contains(dialect.quote(column)));
    }
}
