package io.storeway.sql;

import io.storeway.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The statements that copy a SQLite table into one of the declared form, for changes that ALTER TABLE doesn't know: with
 * foreign keys off, within one transaction that is rolled back if a reference is broken at its end. Indexes and triggers
 * that are the application's own are made again; its own constraints are not.
 */
final class SqliteRebuild {

    private record Kept(String name, String definition) {}

    private final Handle handle;
    private final Table table;
    private final SchemaWriter wanted;
    private final LiveSchema.LiveTable live;
    private final Map<String, String> renamed;

    /**
     * Prepares the copy.
     *
     * @param live the table as it is
     * @param renamed the former name of a column by its name
     */
    SqliteRebuild(
            Handle handle, Table table, SchemaWriter wanted, LiveSchema.LiveTable live, Map<String, String> renamed) {
        this.handle = handle;
        this.table = table;
        this.wanted = wanted;
        this.live = live;
        this.renamed = renamed;
    }

    /** The statements; columns that no field declares stay, except those that are dropped. */
    List<String> statements(List<String> dropped) {
        String name = table.type().sql().table();
        String copy = Dialect.ansi(name + "__new");
        List<Kept> kept = kept(dropped);
        List<String> into = new ArrayList<>();
        List<String> from = new ArrayList<>();
        List<String> comments = new ArrayList<>();
        for (Field<?, ?> field : table.type().fields()) {
            String source = source(field);
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
        statements.add(
                wanted.createTable(copy, kept.stream().map(Kept::definition).toList()));
        statements.addAll(comments);
        statements.add("INSERT INTO " + copy + " (" + String.join(", ", into) + ") SELECT " + String.join(", ", from)
                + " FROM " + table.name());
        List<String> own = ownIndexesAndTriggers();
        statements.add("DROP TABLE " + table.name());
        statements.add("ALTER TABLE " + copy + " RENAME TO " + table.name());
        wanted.indexes().forEach((index, columns) -> statements.add(wanted.createIndex(index, columns)));
        statements.addAll(own);
        statements.add("CREATE TEMP TABLE \"broken_references\" (\"count\" INTEGER CHECK (\"count\" = 0))");
        statements.add("INSERT OR ROLLBACK INTO \"broken_references\" SELECT COUNT(*) FROM pragma_foreign_key_check");
        statements.add("DROP TABLE \"broken_references\"");
        statements.addAll(List.of("COMMIT", "PRAGMA legacy_alter_table = OFF", "PRAGMA foreign_keys = ON"));
        return statements;
    }

    /** Where the values of a field come from, or null if there are none. */
    private @Nullable String source(Field<?, ?> field) {
        String column = table.type().sql().columns().get(field.index());
        String value = wanted.defaultValue(field);
        LiveSchema.Column there = live.columns().get(renamed.getOrDefault(column, column));
        if (there == null) {
            return value;
        }
        String quoted = Dialect.ansi(there.name());
        return there.nullable() && !field.nullable() && value != null
                ? "COALESCE(" + quoted + ", " + value + ")"
                : quoted;
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
                .filter(object -> !SchemaDiff.derived(table, object.get(0), "ix|uq"))
                .map(object -> object.get(1))
                .list();
    }
}
