package io.storeway.sql;

import java.util.List;
import java.util.stream.Collectors;

/** The statements that change a table, where engines differ in them. Names are given without quotes. */
final class AlterSql {

    private final String engine;
    private final String table;

    /** For a table whose name is quoted. */
    AlterSql(Dialect dialect, String table) {
        this.engine = dialect.name();
        this.table = table;
    }

    private String alter(String rest) {
        return "ALTER TABLE " + table + " " + rest;
    }

    String addColumn(String definition) {
        return alter("ADD COLUMN " + definition);
    }

    String dropColumn(String column) {
        return alter("DROP COLUMN " + Dialect.quote(column));
    }

    String renameColumn(String from, String to) {
        return engine.equals("h2")
                ? alter("ALTER COLUMN " + Dialect.quote(from) + " RENAME TO " + Dialect.quote(to))
                : alter("RENAME COLUMN " + Dialect.quote(from) + " TO " + Dialect.quote(to));
    }

    /**
     * Gives a column another type.
     *
     * @param rest what follows the type where the whole definition is repeated
     */
    String setType(String column, String type, String rest) {
        String quoted = Dialect.quote(column);
        return switch (engine) {
            case "mariadb" -> alter("MODIFY COLUMN " + quoted + " " + type + rest);
            case "postgresql" -> alter("ALTER COLUMN " + quoted + " TYPE " + type + " USING " + quoted + "::" + type);
            default -> alter("ALTER COLUMN " + quoted + " SET DATA TYPE " + type);
        };
    }

    String setNullable(String column, boolean nullable, String type) {
        String quoted = Dialect.quote(column);
        return engine.equals("mariadb")
                ? alter("MODIFY COLUMN " + quoted + " " + type + (nullable ? " NULL" : " NOT NULL"))
                : alter("ALTER COLUMN " + quoted + (nullable ? " DROP NOT NULL" : " SET NOT NULL"));
    }

    String addConstraint(String definition) {
        return alter("ADD " + definition);
    }

    String dropConstraint(String name) {
        return alter("DROP CONSTRAINT " + Dialect.quote(name));
    }

    String createUniqueIndex(String name, List<String> columns) {
        return "CREATE UNIQUE INDEX " + Dialect.quote(name) + " ON " + table
                + columns.stream().map(Dialect::quote).collect(Collectors.joining(", ", " (", ")"));
    }

    String dropIndex(String name) {
        return "DROP INDEX " + Dialect.quote(name) + (engine.equals("mariadb") ? " ON " + table : "");
    }
}
