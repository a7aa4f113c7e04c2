package io.storeway.sql.internal.schema;

import io.storeway.FieldType;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.LiveColumn;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The statements that change a table, where engines differ in them. Names are given without quotes. */
final class AlterSql {

    private static final Set<FieldType.Kind> NUMBERS =
            EnumSet.of(FieldType.Kind.INTEGER, FieldType.Kind.LONG, FieldType.Kind.DECIMAL, FieldType.Kind.DOUBLE);

    private static final Pattern NUMBER =
            Pattern.compile("(?i)INT[248]|(?:SMALL|BIG)INT|INTEGER|NUMERIC|DECIMAL|FLOAT[48]|REAL|DOUBLE PRECISION");

    private final Dialect dialect;
    private final String engine;
    private final String table;

    /** The statements for a table, whose name is given in quotes. */
    AlterSql(Dialect dialect, String table) {
        this.dialect = dialect;
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
        return alter("DROP COLUMN " + dialect.quote(column));
    }

    String renameColumn(String from, String to) {
        return engine.equals("h2")
                ? alter("ALTER COLUMN " + dialect.quote(from) + " RENAME TO " + dialect.quote(to))
                : alter("RENAME COLUMN " + dialect.quote(from) + " TO " + dialect.quote(to));
    }

    /**
     * Gives a column another type.
     *
     * @param definition the whole definition of the column, for engines that repeat it
     */
    String setType(String column, String type, String definition) {
        String quoted = dialect.quote(column);
        return switch (engine) {
            case "mariadb" -> alter("MODIFY COLUMN " + definition);
            case "postgresql" -> alter("ALTER COLUMN " + quoted + " TYPE " + type + " USING " + quoted + "::" + type);
            default -> alter("ALTER COLUMN " + quoted + " SET DATA TYPE " + type);
        };
    }

    /** The same for an existing column. If values could be rounded, a constraint is first added that such values break. */
    String[] setType(String column, LiveColumn there, FieldType to, String type, String definition) {
        String change = setType(column, type, definition);
        if (engine.equals("mariadb")
                || !NUMBERS.contains(to.kind())
                || !NUMBER.matcher(there.type()).matches()) {
            return new String[] {change};
        }
        boolean sized = there.type().matches("(?i)NUMERIC|DECIMAL") && there.size() > 0;
        String from = sized ? there.type() + "(" + there.size() + ", " + there.decimals() + ")" : there.type();
        String quoted = dialect.quote(column);
        String exact = dialect.quote(column + "_exact");
        return new String[] {
            addConstraint("CONSTRAINT " + exact + " CHECK (CAST(CAST(" + quoted + " AS " + type + ") AS " + from
                    + ") = " + quoted + ")"),
            dropConstraint(column + "_exact"),
            change
        };
    }

    /**
     * Makes a column required or lets it be missing.
     *
     * @param definition the whole definition of the column, for engines that repeat it
     */
    String setNullable(String column, boolean nullable, String definition) {
        String quoted = dialect.quote(column);
        return engine.equals("mariadb")
                ? alter("MODIFY COLUMN " + definition)
                : alter("ALTER COLUMN " + quoted + (nullable ? " DROP NOT NULL" : " SET NOT NULL"));
    }

    /** Makes a generated column one that takes values. */
    String takeValues(String column, String change, String definition) {
        return engine.equals("mariadb")
                ? alter("MODIFY COLUMN " + definition)
                : alter("ALTER COLUMN " + dialect.quote(column) + " " + change);
    }

    String addConstraint(String definition) {
        return alter("ADD " + definition);
    }

    String dropConstraint(String name) {
        return engine.equals("mariadb") && name.equals("PRIMARY")
                ? alter("DROP PRIMARY KEY")
                : alter("DROP CONSTRAINT " + dialect.quote(name));
    }

    String createUniqueIndex(String name, List<String> columns) {
        return "CREATE UNIQUE INDEX " + dialect.quote(name) + " ON " + table
                + columns.stream().map(dialect::quote).collect(Collectors.joining(", ", " (", ")"));
    }

    String dropIndex(String name) {
        return "DROP INDEX " + dialect.quote(name) + (engine.equals("mariadb") ? " ON " + table : "");
    }
}
