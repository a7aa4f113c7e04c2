package io.storeway.sql.internal.dialect;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.sql.internal.codec.ColumnCodec;
import io.storeway.sql.internal.codec.DecimalText;
import io.storeway.sql.internal.codec.JacksonJson;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** SQLite through sqlite-jdbc, whose classes are not needed here: its errors are read by number and message. */
public sealed class SqliteDialect extends Dialect permits D1Dialect {

    private static final Pattern EXTENDED_CODE = Pattern.compile("\\[SQLITE_(\\w+)]");
    private static final Pattern UNIQUE = Pattern.compile("UNIQUE constraint failed: ([^)]*)");
    private static final Pattern NOT_NULL = Pattern.compile("NOT NULL constraint failed: ([^)]*)");
    private static final Pattern CHECK = Pattern.compile("CHECK constraint failed: ([^)]*)");

    private static final Pattern CONFLICT_CLAUSE =
            Pattern.compile("(?i)\\bON\\s+CONFLICT\\s+(?:REPLACE|IGNORE|FAIL|ROLLBACK)\\b");

    private static final Pattern NAMED_CHECK = Pattern.compile("(?i)CONSTRAINT\\s+\"?(\\w+)\"?\\s+CHECK\\s*\\(");

    /** Names of the number that a row has by itself; ALTER TABLE neither takes nor gives them. */
    private static final Set<String> ROW_IDS = Set.of("rowid", "oid", "_rowid_");

    private static final Set<FieldType.Kind> NOT_IN_JSON =
            EnumSet.of(FieldType.Kind.DOUBLE, FieldType.Kind.BYTES, FieldType.Kind.JSON, FieldType.Kind.LIST);

    @Override
    public String name() {
        return "sqlite";
    }

    @Override
    ColumnCodec codec(EntityType<?> entity, Field<?, ?> field) {
        FieldType type = field.type();
        return switch (type.kind()) {
            case TEXT -> ColumnCodec.text("TEXT", SqliteDialect::quoted);
            case BOOLEAN -> ColumnCodec.booleanNumber("INTEGER");
            case INTEGER -> ColumnCodec.integer("INTEGER");
            case LONG -> ColumnCodec.longs("INTEGER");
            case DECIMAL ->
                DecimalText.needed(type)
                        ? DecimalText.codec("TEXT", type, SqliteDialect::quoted)
                        : ColumnCodec.scaled("INTEGER", type);
            case DOUBLE -> ColumnCodec.doubles("REAL", Object::toString);
            case INSTANT -> ColumnCodec.epoch("INTEGER", type.unit());
            case DATE -> ColumnCodec.dateText("TEXT", SqliteDialect::quoted);
            case BYTES -> ColumnCodec.bytes("BLOB");
            case JSON -> ColumnCodec.json("TEXT", SqliteDialect::quoted);
            case LIST -> ColumnCodec.list("TEXT", type.element(), SqliteDialect::quoted);
        };
    }

    private static String quoted(Object text) {
        String literal = "'" + text.toString().replace("'", "''") + "'";
        return literal.indexOf('\0') < 0 ? literal : "(" + literal.replace("\0", "'||char(0)||'") + ")";
    }

    @Override
    public String tableOptions(EntityType<?> type) {
        // The table of versions is little more than its key: without row ids it is one tree instead of two.
        return type == ReplicaTypes.VERSIONS ? " STRICT, WITHOUT ROWID" : " STRICT";
    }

    /** A decimal is stored without its point. A comment in the check says where that is, so that no release puts it elsewhere. */
    @Override
    public @Nullable String guard(Field<?, ?> field, String column) {
        FieldType type = field.type();
        if (type.kind() == FieldType.Kind.DECIMAL) {
            String most = "9".repeat(type.precision());
            // D1 takes patterns of at most 50 bytes.
            return (DecimalText.needed(type)
                            ? "length(" + column + ") = " + (type.precision() + 1) + " AND " + column
                                    + " NOT GLOB '*[^0-9]*' AND " + column + " < '2'"
                            : column + " BETWEEN -" + most + " AND " + most)
                    + " /* " + type + " */";
        }
        return type.kind() == FieldType.Kind.BOOLEAN ? column + " IN (0, 1)" : null;
    }

    /**
     * In an upsert {@code excluded} is the row that is refused; other tables' columns would be set to themselves. Where a
     * record goes that others refer to, it is {@code old}: a table of that name would be searched by its own columns, and
     * lose other rows.
     */
    @Override
    boolean keepsTable(EntityType<?> type) {
        String name = type.sql().table();
        return name.equalsIgnoreCase("excluded")
                || name.regionMatches(true, 0, "sqlite_", 0, 7)
                || (name.equalsIgnoreCase("old") && !type.references().isEmpty());
    }

    @Override
    public boolean renames(String column) {
        return !ROW_IDS.contains(column.toLowerCase(Locale.ROOT));
    }

    /** Less than SQLite's own 2,000, because its driver describes the columns by a query with one part for each. */
    @Override
    int columns() {
        return 500;
    }

    @Override
    int parameters() {
        return 32_766;
    }

    @Override
    public boolean indexesReferences() {
        return false;
    }

    @Override
    public boolean sameName(String one, String other) {
        return one.equalsIgnoreCase(other);
    }

    @Override
    public boolean sameType(ColumnCodec codec, LiveColumn column) {
        String live = column.type().toUpperCase(Locale.ROOT);
        return live.equals(codec.sqlType())
                || (live.equals("INT") && codec.sqlType().equals("INTEGER"));
    }

    @Override
    public Map<String, String> checks(Handle handle, String table) {
        Map<String, String> checks = new LinkedHashMap<>();
        String sql = definition(handle, table);
        Matcher matcher = NAMED_CHECK.matcher(sql);
        while (matcher.find()) {
            checks.put(matcher.group(1), compact(balanced(sql, matcher.end())));
        }
        return checks;
    }

    /** The text up to the parenthesis that closes the one just before the start. */
    private static String balanced(String sql, int start) {
        int depth = 1;
        boolean literal = false;
        for (int i = start; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '\'') {
                literal = !literal;
            } else if (!literal && c == '(') {
                depth++;
            } else if (!literal && c == ')' && --depth == 0) {
                return sql.substring(start, i);
            }
        }
        return sql.substring(start);
    }

    public static String definition(Handle handle, String table) {
        return handle.createQuery("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
                .bind("table", table)
                .mapTo(String.class)
                .one();
    }

    @Override
    public List<String> objections(Handle handle, String table, List<String> columns) {
        List<String> found = new ArrayList<>();
        boolean strict = handle.createQuery(
                        "SELECT strict FROM pragma_table_list WHERE schema = 'main' AND name = :table")
                .bind("table", table)
                .mapTo(boolean.class)
                .one();
        if (!strict) {
            found.add("table " + table + " is not STRICT, so SQLite would take values of any type;"
                    + " copy it into a table created with STRICT");
        }
        handle.createQuery("""
            SELECT DISTINCT c.name FROM pragma_index_list(:table) i, pragma_index_xinfo(i.name) c
            WHERE i."unique" AND c.key AND c.coll <> 'BINARY'\
            """)
                .bind("table", table)
                .mapTo(String.class)
                .forEach(column -> found.add("column " + table + "." + column
                        + " is unique by another collation than BINARY; copy the table into one without COLLATE"));
        collated(handle, table, columns)
                .forEach(column -> found.add("column " + table + "." + column
                        + " is compared by another collation than BINARY; copy the table into one without COLLATE"));
        String literals = definition(handle, table).replaceAll("'[^']*'", "''");
        if (CONFLICT_CLAUSE.matcher(literals).find()) {
            found.add(
                    "table " + table + " has a constraint with ON CONFLICT, so SQLite would not refuse what breaks it;"
                            + " copy the table into one without");
        }
        return found;
    }

    /** The columns that aren't compared by bytes. No pragma tells the collation, so it is found by comparing values. */
    private static List<String> collated(Handle handle, String table, List<String> columns) {
        if (columns.isEmpty()) {
            return List.of();
        }
        List<String> quoted = columns.stream().map(Dialect::ansi).toList();
        String compared = quoted.stream()
                .map(column -> column + " = 'X' OR " + column + " = 'x '")
                .collect(Collectors.joining(", "));
        String values = quoted.stream().map(column -> "'x'").collect(Collectors.joining(", "));
        return handle.createQuery("SELECT " + compared + " FROM (SELECT " + String.join(", ", quoted) + " FROM "
                        + Dialect.ansi(table) + " WHERE 0 UNION SELECT " + values + ")")
                .map((rows, context) -> {
                    List<String> found = new ArrayList<>();
                    for (int i = 0; i < columns.size(); i++) {
                        if (rows.getBoolean(i + 1)) {
                            found.add(columns.get(i));
                        }
                    }
                    return found;
                })
                .one();
    }

    @Override
    public String partialIndexes() {
        return "SELECT name FROM pragma_index_list(?) WHERE partial";
    }

    @Override
    public String ordered(String expression, FieldType type, @Nullable Object bound) {
        return expression;
    }

    @Override
    public boolean comparesRows() {
        return true;
    }

    @Override
    public String contains(String column) {
        return "instr(" + column + ", ?) > 0";
    }

    @Override
    String upsert(Table table, int count) {
        String set = table.rest().stream()
                .map(column -> column + " = excluded." + column)
                .collect(Collectors.joining(", "));
        return table.insert(count) + " ON CONFLICT (" + String.join(", ", table.key()) + ") DO "
                + (set.isEmpty() ? "NOTHING" : "UPDATE SET " + set);
    }

    /** OR FAIL saves the journal that SQLite otherwise writes to undo a single statement of many rows. */
    @Override
    String insertInto(int count) {
        return count == 1 ? "INSERT INTO " : "INSERT OR FAIL INTO ";
    }

    /** Nothing, because transactions that write run one after the other. */
    @Override
    public String pinning() {
        return "";
    }

    @Override
    public String newest() {
        return "";
    }

    @Override
    int keysAtOnce(List<FieldType> types, boolean unique) {
        return inJson(types) ? Integer.MAX_VALUE : 128;
    }

    private static boolean inJson(List<FieldType> types) {
        return types.stream().noneMatch(type -> NOT_IN_JSON.contains(type.kind()));
    }

    @Override
    void in(Sql sql, List<String> columns, List<FieldType> types, List<Key> encoded) {
        if (!inJson(types)) {
            slots(sql, columns, encoded, "VALUES ");
            return;
        }
        boolean single = columns.size() == 1;
        StringBuilder json = new StringBuilder("[");
        for (Key key : encoded) {
            json.append(json.length() == 1 ? "" : ",");
            String values = key.values().stream().map(SqliteDialect::json).collect(Collectors.joining(","));
            json.append(single ? values : "[" + values + "]");
        }
        sql.bind(json.append(']').toString());
        if (single) {
            sql.add(columns.get(0) + " IN (SELECT value FROM json_each(?))");
        } else {
            sql.add("(" + String.join(", ", columns) + ") IN (SELECT ");
            for (int i = 0; i < columns.size(); i++) {
                sql.add((i == 0 ? "" : ", ") + "value ->> " + i);
            }
            sql.add(" FROM json_each(?))");
        }
    }

    private static String json(Object encoded) {
        return encoded instanceof String text ? JacksonJson.quote(text) : encoded.toString();
    }

    @Override
    public @Nullable String driverPackage() {
        return "org.sqlite.";
    }

    @Override
    public void verify(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!foreignKeys(statement)) {
                statement.execute("PRAGMA foreign_keys = ON");
                if (!foreignKeys(statement)) {
                    throw new StorageUnavailableException(
                            "SQLite's foreign keys are off on this connection, and can't be switched on within a"
                                    + " transaction; add foreign_keys=on to the URL of the DataSource",
                            new ErrorContext("connect", name(), null, null),
                            null);
                }
            }
        }
    }

    private static boolean foreignKeys(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("PRAGMA foreign_keys")) {
            return rows.next() && rows.getInt(1) == 1;
        }
    }

    @Override
    public Capabilities inspect(Handle handle, boolean acceptLossOnKill) {
        Capabilities all = Capabilities.all()
                .without(Capability.NEGATIVE_ZERO, "SQLite stores a negative zero as zero; such a value is refused");
        String encoding =
                handle.createQuery("PRAGMA encoding").mapTo(String.class).one();
        if (!encoding.equals("UTF-8")) {
            throw new UnsupportedCapabilityException(
                    "This SQLite database keeps text as " + encoding + ", whose order is another; copy it into one with"
                            + " PRAGMA encoding = 'UTF-8'",
                    new ErrorContext("open", name(), null, null),
                    null);
        }
        String file = handle.createQuery("SELECT file FROM pragma_database_list WHERE name = 'main'")
                .mapTo(String.class)
                .findFirst()
                .orElse("");
        String journal =
                handle.createQuery("PRAGMA journal_mode").mapTo(String.class).one();
        int synchronous =
                handle.createQuery("PRAGMA synchronous").mapTo(int.class).one();
        if (file.isEmpty()) {
            return all.without(Capability.DURABLE, "the SQLite database is in memory");
        }
        if (synchronous == 0) {
            return all.without(Capability.DURABLE, "SQLite runs with synchronous = OFF; set it to NORMAL or FULL");
        }
        if (Set.of("off", "memory").contains(journal.toLowerCase(Locale.ROOT))) {
            return all.without(Capability.DURABLE, "SQLite runs without a journal on disk; set journal_mode to WAL");
        }
        return all;
    }

    @Override
    public boolean writesSideBySide() {
        return false;
    }

    @Override
    public boolean mayNameUniqueKeyFirst() {
        return true;
    }

    @Override
    public Failure classify(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.getErrorCode() & 0xff) {
            case 5, 6 -> Failure.of(Failure.Sort.CONFLICT, "another connection holds the lock of the SQLite database");
            case 8 ->
                Failure.of(
                        Failure.Sort.UNAVAILABLE,
                        "the SQLite database is read-only; make the file and its directory writable");
            case 9 -> Failure.of(Failure.Sort.TIMEOUT, "the statement was interrupted");
            case 10 ->
                Failure.of(Failure.Sort.UNAVAILABLE, "reading or writing the SQLite file failed; look at the disk");
            case 11 -> Failure.of(Failure.Sort.UNAVAILABLE, "the SQLite file is damaged; restore it from a backup");
            case 13 ->
                Failure.of(
                        Failure.Sort.FULL,
                        "the disk is full, or the SQLite database has reached its size limit; make room");
            case 14 ->
                Failure.of(
                        Failure.Sort.UNAVAILABLE,
                        "the SQLite file can't be opened; see that its directory exists and may be written to");
            case 18, 20 -> Failure.of(Failure.Sort.INVALID, "the column can't hold the value");
            case 19 -> constraint(message);
            case 26 -> Failure.of(Failure.Sort.DECLINED, "the file is not a SQLite database; name another one");
            default ->
                message.contains("closed")
                        ? Failure.of(Failure.Sort.LOST, "the connection to the SQLite database is closed")
                        : message.contains("already") ? Failure.exists(e) : byState(e);
        };
    }

    static Failure constraint(String message) {
        Matcher code = EXTENDED_CODE.matcher(message);
        String extended = code.find() ? code.group(1) : "";
        if (message.contains("FOREIGN KEY constraint failed")) {
            return Failure.constraint(Failure.Sort.REFERENCE, null, null, List.of());
        }
        if (extended.equals("CONSTRAINT_DATATYPE")) {
            return Failure.of(Failure.Sort.INVALID, "the column can't hold the value");
        }
        Matcher check = CHECK.matcher(message);
        if (check.find()) {
            return Failure.constraint(Failure.Sort.CHECK, check.group(1), null, List.of());
        }
        Matcher unique = UNIQUE.matcher(message);
        if (unique.find()) {
            return columns(Failure.Sort.UNIQUE, unique.group(1));
        }
        Matcher notNull = NOT_NULL.matcher(message);
        if (notNull.find()) {
            return columns(Failure.Sort.NOT_NULL, notNull.group(1));
        }
        return Failure.of(Failure.Sort.INVALID, "a trigger or rule of the SQLite database refused the write");
    }

    /** Reads {@code table.a, table.b}. */
    private static Failure columns(Failure.Sort sort, String list) {
        List<String> qualified = Arrays.asList(list.split(", "));
        String first = qualified.get(0);
        int dot = first.indexOf('.');
        return Failure.constraint(
                sort,
                null,
                dot < 0 ? null : first.substring(0, dot),
                qualified.stream()
                        .map(name -> name.substring(name.indexOf('.') + 1))
                        .toList());
    }
}
