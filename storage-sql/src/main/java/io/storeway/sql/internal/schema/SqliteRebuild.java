package io.storeway.sql.internal.schema;

import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.sql.internal.codec.DecimalText;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.LiveColumn;
import io.storeway.sql.internal.dialect.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The statements that copy a SQLite table into one of the declared form, for changes that ALTER TABLE can't make. They run with foreign
 * keys off, in one transaction that is rolled back if a row isn't copied or a reference is broken at its end. The {@code sqlite3} shell
 * goes on after a failed statement; therefore the table to drop has its name only within the transaction, so that after a rollback there
 * is no table to drop. The application's own indexes and triggers are made again, its own constraints are not.
 */
final class SqliteRebuild {

    private record Kept(String name, String definition) {}

    private final Handle handle;
    private final Table table;
    private final SchemaWriter wanted;
    private final LiveSchema.LiveTable live;
    private final Map<String, String> renamed;
    private final Map<String, String> checks;

    /**
     * Prepares the copy.
     *
     * @param live the table as it is
     * @param renamed the former name of a column by its name
     * @param checks the existing checks by name
     */
    SqliteRebuild(
            Handle handle,
            Table table,
            SchemaWriter wanted,
            LiveSchema.LiveTable live,
            Map<String, String> renamed,
            Map<String, String> checks) {
        this.checks = checks;
        this.handle = handle;
        this.table = table;
        this.wanted = wanted;
        this.live = live;
        this.renamed = renamed;
    }

    /**
     * The statements; columns that no field declares stay, except those that are dropped.
     *
     * @param complete whether the table will have the columns of all fields, under their names, when it is copied
     */
    List<String> statements(List<String> dropped, boolean complete) {
        String name = table.type().sql().table();
        String former = Dialect.ansi(name + "__old");
        List<Kept> kept = kept(dropped);
        List<String> into = new ArrayList<>();
        List<String> from = new ArrayList<>();
        List<String> comments = new ArrayList<>();
        for (Field<?, ?> field : table.type().fields()) {
            String source = complete ? Dialect.ansi(column(field)) : source(field);
            if (source == null && !field.nullable()) {
                source = "NULL";
                comments.add("-- " + table.columns().get(field.index())
                        + " is required and has no default value: put an expression for it in the place of NULL");
            }
            if (source != null) {
                into.add(table.columns().get(field.index()));
                from.add(source);
            }
        }
        for (Kept column : kept) {
            into.add(Dialect.ansi(column.name()));
            from.add(Dialect.ansi(column.name()));
        }
        List<String> statements = new ArrayList<>(
                List.of("PRAGMA foreign_keys = OFF", "PRAGMA legacy_alter_table = ON", "BEGIN IMMEDIATE"));
        statements.add("ALTER TABLE " + table.name() + " RENAME TO " + former);
        statements.add(wanted.createTable(
                table.name(), kept.stream().map(Kept::definition).toList()));
        statements.addAll(comments);
        statements.add("INSERT OR ROLLBACK INTO " + table.name() + " (" + String.join(", ", into) + ") SELECT "
                + String.join(", ", from) + " FROM " + former);
        statements.add("CREATE TEMP TABLE \"wrong\" (\"count\" INTEGER CHECK (\"count\" = 0))");
        statements.add("INSERT OR ROLLBACK INTO \"wrong\" SELECT (SELECT COUNT(*) FROM " + former
                + ") - (SELECT COUNT(*) FROM " + table.name() + ")");
        List<String> own = ownIndexesAndTriggers();
        statements.add("DROP TABLE " + former);
        wanted.indexes().forEach((index, columns) -> statements.add(wanted.createIndex(index, columns)));
        statements.addAll(own);
        statements.add("INSERT OR ROLLBACK INTO \"wrong\" SELECT COUNT(*) FROM pragma_foreign_key_check");
        statements.add("DROP TABLE \"wrong\"");
        statements.addAll(List.of("COMMIT", "PRAGMA legacy_alter_table = OFF", "PRAGMA foreign_keys = ON"));
        return statements;
    }

    private String column(Field<?, ?> field) {
        return table.type().sql().columns().get(field.index());
    }

    /** The expression for the values of a field, or null if there are none. */
    private @Nullable String source(Field<?, ?> field) {
        String column = column(field);
        String value = wanted.defaultValue(field);
        LiveColumn there = live.columns().get(renamed.getOrDefault(column, column));
        if (there == null) {
            return value;
        }
        String quoted = rescaled(there.name(), field.type());
        return there.nullable() && !field.nullable() && value != null
                ? "COALESCE(" + quoted + ", " + value + ")"
                : quoted;
    }

    /** The values of a column with their point where the type has it; for one that can't, a value that a check refuses. */
    private String rescaled(String name, FieldType to) {
        String column = Dialect.ansi(name);
        FieldType from = SqliteDecimals.decimals(checks, name);
        boolean decimal = to.kind() == FieldType.Kind.DECIMAL;
        boolean changes = (from == null || !decimal) ? SqliteDecimals.movesPoint(from, to) : from.scale() != to.scale();
        if (!changes) {
            return column;
        }
        boolean whole = to.kind() == FieldType.Kind.INTEGER || to.kind() == FieldType.Kind.LONG;
        if (from == null || DecimalText.needed(from) || !(whole || (decimal && !DecimalText.needed(to)))) {
            // Only a column of bytes takes this value, so the copy fails until somebody writes an expression.
            return "CASE WHEN " + column + " IS NOT NULL THEN CAST('put an expression here' AS BLOB) END";
        }
        int scale = decimal ? to.scale() : 0;
        String factor = "1" + "0".repeat(Math.abs(scale - from.scale()));
        return scale > from.scale()
                ? column + " * " + factor
                : "CASE WHEN " + column + " % " + factor + " = 0 THEN " + column + " / " + factor + " WHEN " + column
                        + " IS NOT NULL THEN 'not exact' END";
    }

    private List<Kept> kept(List<String> dropped) {
        List<String> declared = table.type().sql().columns();
        return handle.createQuery(
                        "SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info(:table) ORDER BY cid")
                .bind("table", live.name())
                .map((rows, context) -> {
                    String value = rows.getString(4);
                    return new Kept(
                            rows.getString(1),
                            Dialect.ansi(rows.getString(1)) + " " + rows.getString(2)
                                    + (value == null ? "" : " DEFAULT (" + value + ")")
                                    + (rows.getBoolean(3) ? " NOT NULL" : ""));
                })
                .filter(column -> !declared.contains(column.name())
                        && !dropped.contains(column.name())
                        && !renamed.containsValue(column.name()))
                .list();
    }

    private List<String> ownIndexesAndTriggers() {
        return handle.createQuery("SELECT name, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
                        + " AND type IN ('index', 'trigger') ORDER BY type, name")
                .bind("table", live.name())
                .map((rows, context) -> List.of(rows.getString(1), rows.getString(2)))
                .filter(object -> !SchemaWriter.derived(table, object.get(0), "ix|uq"))
                .map(object -> object.get(1))
                .list();
    }
}
