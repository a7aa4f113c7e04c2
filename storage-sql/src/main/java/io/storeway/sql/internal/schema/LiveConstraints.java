package io.storeway.sql.internal.schema;

import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.SqliteDialect;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** The named constraints of a table as the database has them. */
final class LiveConstraints {

    private static final Pattern IN_DDL =
            Pattern.compile("(?i)CONSTRAINT\\s+\"?(\\w+)\"?\\s+(UNIQUE|FOREIGN KEY|CHECK)\\s*\\(([^)]*)\\)");

    /** The sorts of constraints. */
    enum Kind {
        PRIMARY,
        UNIQUE,
        FOREIGN,
        CHECK
    }

    /** A constraint; the columns of a check are not known. */
    record Constraint(String name, Kind kind, List<String> columns) {}

    private LiveConstraints() {}

    static List<Constraint> of(Handle handle, Dialect dialect, String table) throws SQLException {
        return dialect instanceof SqliteDialect ? inDefinition(handle, table) : inSchema(handle, table);
    }

    /** Reads constraints from the CREATE TABLE statement: SQLite keeps them nowhere else. */
    private static List<Constraint> inDefinition(Handle handle, String table) {
        List<Constraint> found = new ArrayList<>();
        Matcher matcher = IN_DDL.matcher(SqliteDialect.definition(handle, table));
        while (matcher.find()) {
            Kind kind = kind(matcher.group(2));
            List<String> columns = new ArrayList<>();
            if (kind != Kind.CHECK) {
                for (String column : matcher.group(3).split(",", -1)) {
                    columns.add(column.replace("\"", "").strip());
                }
            }
            found.add(new Constraint(matcher.group(1), kind, columns));
        }
        return found;
    }

    private static Kind kind(String name) {
        return Kind.valueOf(name.toUpperCase(Locale.ROOT).replaceFirst(" KEY$", ""));
    }

    private static List<Constraint> inSchema(Handle handle, String table) throws SQLException {
        String schema = handle.getConnection().getSchema();
        String owner = schema == null ? handle.getConnection().getCatalog() : schema;
        Map<String, Constraint> found = new LinkedHashMap<>();
        handle.createQuery("""
                        SELECT t.CONSTRAINT_NAME, t.CONSTRAINT_TYPE, k.COLUMN_NAME
                        FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS t
                        LEFT JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE k
                        ON k.CONSTRAINT_SCHEMA = t.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = t.CONSTRAINT_NAME
                        AND k.TABLE_NAME = t.TABLE_NAME
                        WHERE t.TABLE_SCHEMA = :owner AND t.TABLE_NAME = :table
                        AND t.CONSTRAINT_TYPE IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY', 'CHECK')
                        ORDER BY t.CONSTRAINT_NAME, k.ORDINAL_POSITION""")
                .bind("owner", owner)
                .bind("table", table)
                .map((rows, context) ->
                        new String[] {rows.getString(1), rows.getString(2), String.valueOf(rows.getString(3))})
                .forEach(row -> {
                    Constraint constraint = found.computeIfAbsent(
                            row[0], name -> new Constraint(name, kind(row[1]), new ArrayList<>()));
                    if (constraint.kind() != Kind.CHECK) {
                        constraint.columns().add(row[2]);
                    }
                });
        return List.copyOf(found.values());
    }
}
