package io.storeway.sql.internal.dialect;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.sql.internal.codec.ColumnCodec;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** PostgreSQL; its errors are read from the fields that the server sends with them. */
public final class PostgresDialect extends Dialect {

    private static final Failure CREATED_MEANWHILE =
            Failure.of(Failure.Sort.CONFLICT, "another process creates the same tables");

    /** Compares by bytes, whatever the database's own collation is. */
    private static final String TEXT = "TEXT COLLATE \"C\"";

    private static final Pattern COLUMNS = Pattern.compile("\\(([^()]+)\\)=\\(");

    private static final Set<String> SYSTEM_COLUMNS = Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

    private static final int ROWS_AT_ONCE = 1_000;

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    ColumnCodec codec(EntityType<?> entity, Field<?, ?> field) {
        FieldType type = field.type();
        return switch (type.kind()) {
            case TEXT -> ColumnCodec.text(TEXT, PostgresDialect::quoted);
            case BOOLEAN -> ColumnCodec.booleans("BOOLEAN");
            case INTEGER -> ColumnCodec.integer("INTEGER");
            case LONG -> ColumnCodec.longs("BIGINT");
            case DECIMAL -> ColumnCodec.decimal("NUMERIC(" + type.precision() + ", " + type.scale() + ")", type);
            case DOUBLE -> ColumnCodec.doubles("DOUBLE PRECISION", value -> "'" + value + "'::double precision");
            case INSTANT -> ColumnCodec.epoch("BIGINT", type.unit());
            case DATE -> ColumnCodec.date("DATE");
            case BYTES ->
                ColumnCodec.bytes("BYTEA", value -> "'\\x" + HexFormat.of().formatHex(value) + "'::bytea");
            case JSON -> ColumnCodec.json(TEXT, PostgresDialect::quoted);
            case LIST -> ColumnCodec.list(TEXT, type.element(), PostgresDialect::quoted);
        };
    }

    private static String quoted(Object value) {
        String text = value.toString().replace("'", "''");
        return text.indexOf('\\') < 0 ? "'" + text + "'" : "E'" + text.replace("\\", "\\\\") + "'";
    }

    /** PostgreSQL's text can't hold U+0000. In JSON and lists it is written as an escape. */
    @Override
    @Nullable
    String objection(FieldType type, Object value) {
        if (type.kind() == FieldType.Kind.TEXT && ((String) value).indexOf('\0') >= 0) {
            return "PostgreSQL's text can't hold the character U+0000";
        }
        return super.objection(type, value);
    }

    @Override
    public String tableOptions(EntityType<?> type) {
        return "";
    }

    @Override
    public @Nullable String guard(Field<?, ?> field, String column) {
        return null;
    }

    /** In an upsert {@code excluded} is the row that is refused. */
    @Override
    boolean keepsTable(EntityType<?> type) {
        return type.sql().table().equals("excluded");
    }

    @Override
    boolean keepsColumn(String name) {
        return SYSTEM_COLUMNS.contains(name);
    }

    @Override
    int columns() {
        return 1_600;
    }

    @Override
    int parameters() {
        return 65_535;
    }

    @Override
    public boolean indexesReferences() {
        return false;
    }

    @Override
    public boolean sameName(String one, String other) {
        return one.equals(other);
    }

    @Override
    public boolean sameType(ColumnCodec codec, LiveColumn column) {
        return switch (column.type()) {
            case "text" -> codec.sqlType().equals(TEXT);
            case "bool" -> codec.sqlType().equals("BOOLEAN");
            case "int4" -> codec.sqlType().equals("INTEGER");
            case "int8" -> codec.sqlType().equals("BIGINT");
            case "float8" -> codec.sqlType().equals("DOUBLE PRECISION");
            case "numeric" -> codec.sqlType().equals("NUMERIC(" + column.size() + ", " + column.decimals() + ")");
            default -> codec.sqlType().equalsIgnoreCase(column.type());
        };
    }

    /** PostgreSQL rewrites the expressions of checks, so the declared one is kept in the constraint's comment. */
    @Override
    public List<String> remember(String quotedTable, Map<String, String> checks) {
        return checks.entrySet().stream()
                .map(check -> "COMMENT ON CONSTRAINT " + quote(check.getKey()) + " ON " + quotedTable + " IS "
                        + quoted(check.getValue()))
                .toList();
    }

    @Override
    public Map<String, String> checks(Handle handle, String table) {
        Map<String, String> checks = new LinkedHashMap<>();
        handle.createQuery("""
            SELECT conname, COALESCE(obj_description(c.oid, 'pg_constraint'), pg_get_constraintdef(c.oid))
            FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
            WHERE c.contype = 'c' AND t.relname = :table
            AND t.relnamespace = CURRENT_SCHEMA()\\:\\:regnamespace\
            """)
                .bind("table", table)
                .map((rows, context) -> Map.entry(rows.getString(1), compact(rows.getString(2))))
                .forEach(check -> checks.put(check.getKey(), check.getValue()));
        return checks;
    }

    /** Whether there is a rule, or a trigger for single rows that comes before the write. */
    @Override
    public boolean mayLeaveOut(Handle handle, String table) {
        return handle.createQuery("""
            SELECT relhasrules OR EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = t.oid AND tgtype & 3 = 3)
            FROM pg_class t WHERE t.relname = :table AND t.relnamespace = CURRENT_SCHEMA()\\:\\:regnamespace\
            """).bind("table", table).mapTo(boolean.class).one();
    }

    @Override
    public List<String> objections(Handle handle, String table, List<String> columns) {
        List<String> found = new ArrayList<>();
        handle.createQuery("""
            SELECT NULL FROM pg_class t WHERE t.relpersistence = 'u'
            AND t.relname = :table AND t.relnamespace = CURRENT_SCHEMA()\\:\\:regnamespace
            UNION ALL SELECT c.conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
            WHERE (c.contype = 'p' AND c.condeferrable OR c.contype = 'u' AND c.condeferred)
            AND t.relname = :table AND t.relnamespace = CURRENT_SCHEMA()\\:\\:regnamespace\
            """)
                .bind("table", table)
                .map((rows, context) -> objection(table, rows.getString(1)))
                .forEach(found::add);
        handle.createQuery("""
            SELECT a.attname FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
            JOIN pg_collation l ON l.oid = a.attcollation
            WHERE t.relname = :table AND t.relnamespace = CURRENT_SCHEMA()\\:\\:regnamespace
            AND a.attnum > 0 AND l.collname <> 'C'\
            """)
                .bind("table", table)
                .mapTo(String.class)
                .filter(columns::contains)
                .map(column -> "column " + table + "." + column + " is ordered by a collation; ALTER TABLE "
                        + quote(table) + " ALTER COLUMN " + quote(column) + " TYPE " + TEXT)
                .forEach(found::add);
        return found;
    }

    /** What is said about a constraint that refuses too late, or about a table that keeps nothing. */
    private String objection(String table, @Nullable String late) {
        return late == null
                ? "table " + table + " is UNLOGGED, so a crash of the server empties it; ALTER TABLE " + quote(table)
                        + " SET LOGGED"
                : "constraint " + late + " on " + table + " is DEFERRABLE, so no upsert can name it, or it refuses a"
                        + " record only at the commit; create it anew without";
    }

    @Override
    public String identities() {
        return ALWAYS_IDENTITIES;
    }

    /** Includes indexes whose creation has failed. */
    @Override
    public String partialIndexes() {
        return "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                + " JOIN pg_class t ON t.oid = i.indrelid WHERE t.relname = ?"
                + " AND t.relnamespace = CURRENT_SCHEMA()::regnamespace AND (i.indpred IS NOT NULL OR NOT i.indisvalid)";
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
    public String nullsOfIndex() {
        return " NULLS FIRST";
    }

    @Override
    public String contains(String column) {
        return "strpos(" + column + ", ?) > 0";
    }

    /** Units that pin the same rows don't wait for each other, only for one that changes them. */
    @Override
    public String pinning() {
        return " FOR SHARE";
    }

    @Override
    String upsert(Table table, int count) {
        String set = table.rest().stream()
                .map(column -> column + " = excluded." + column)
                .collect(Collectors.joining(", "));
        return table.insert(count) + " ON CONFLICT (" + String.join(", ", table.key()) + ") DO "
                + (set.isEmpty() ? "NOTHING" : "UPDATE SET " + set);
    }

    /** More than one row is written as one array for each column. */
    @Override
    int rowsAtOnce(Table table, List<Row> left) {
        return left.size() == 1 ? 1 : ROWS_AT_ONCE;
    }

    @Override
    String rows(Table table, int count) {
        return count == 1
                ? super.rows(table, count)
                : "SELECT * FROM "
                        + PostgresArrays.unnest(table.type().fields().stream()
                                .<FieldType>map(Field::type)
                                .toList());
    }

    @Override
    int bind(Table table, PreparedStatement statement, int count, List<Row> rows) throws SQLException {
        return count == 1 ? super.bind(table, statement, count, rows) : PostgresArrays.bind(table, statement, rows);
    }

    @Override
    int keysAtOnce(List<FieldType> types, boolean unique) {
        return 10_000;
    }

    /** One array for each column, so that there is one statement text whatever the number of keys. */
    @Override
    void in(Sql sql, List<String> columns, List<FieldType> types, List<Key> encoded) {
        if (columns.size() == 1) {
            sql.add(columns.get(0) + " = ANY(" + PostgresArrays.parameter(types.get(0)) + ")");
        } else {
            sql.add("(" + String.join(", ", columns) + ") IN (SELECT * FROM " + PostgresArrays.unnest(types) + ")");
        }
        for (int i = 0; i < columns.size(); i++) {
            int column = i;
            sql.bind(PostgresArrays.of(
                    types.get(i),
                    encoded.stream().map(key -> key.values().get(column)).toArray()));
        }
    }

    @Override
    public void verify(Connection connection) {}

    @Override
    public Capabilities inspect(Handle handle, boolean acceptLossOnKill) {
        Capabilities all = Capabilities.all()
                .without(Capability.NUL_CHARACTERS, "PostgreSQL's text can't hold U+0000; such a value is refused")
                .without(
                        Capability.NEGATIVE_ZERO,
                        "PostgreSQL takes a negative zero for equal to zero; such a value is refused");
        String encoding = setting(handle, "server_encoding");
        if (!encoding.equals("UTF8")) {
            throw new UnsupportedCapabilityException(
                    "This PostgreSQL database has the encoding " + encoding + "; create one with UTF8",
                    new ErrorContext("open", name(), null, null),
                    null);
        }
        return setting(handle, "synchronous_commit").equals("off")
                ? all.without(
                        Capability.DURABLE,
                        "PostgreSQL runs with synchronous_commit = off, which loses the last commits when it dies")
                : all;
    }

    private static String setting(Handle handle, String name) {
        return handle.createQuery("SELECT current_setting(:name)")
                .bind("name", name)
                .mapTo(String.class)
                .one();
    }

    @Override
    public boolean takesSeveralStatements() {
        return true;
    }

    @Override
    public @Nullable String nowhere(@Nullable String catalog, @Nullable String schema) {
        return schema != null
                ? null
                : "no schema of the search_path is there, or may be used by this user; create it, grant USAGE on it,"
                        + " or name another by currentSchema in the URL";
    }

    @Override
    public @Nullable String schemaOnPath(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT n.nspname FROM pg_class c JOIN pg_namespace n"
                        + " ON n.oid = c.relnamespace WHERE c.oid = to_regclass(?)")) {
            statement.setString(1, quote(table));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    @Override
    public Failure classify(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return switch (state) {
            case "23505" -> {
                Failure unique = keyed(Failure.Sort.UNIQUE, e);
                String name = unique.constraint();
                yield name != null && name.startsWith("pg_") ? CREATED_MEANWHILE : unique;
            }
            case "42P07", "42710" -> Failure.exists(e);
            case "23503", "23001" -> keyed(Failure.Sort.REFERENCE, e);
            case "23502" -> constraint(Failure.Sort.NOT_NULL, e);
            case "23514", "23P01", "44000" -> constraint(Failure.Sort.CHECK, e);
            case "P0001" -> Failure.of(Failure.Sort.INVALID, "a trigger of the PostgreSQL database refused the row");
            case "40001", "40P01" ->
                Failure.of(Failure.Sort.CONFLICT, "another unit holds or has changed the same rows");
            case "55P03" ->
                Failure.of(Failure.Sort.TIMEOUT, "another unit held the same rows longer than lock_timeout");
            case "57014" -> Failure.of(Failure.Sort.TIMEOUT, "the statement was cancelled");
            case "25P03" ->
                Failure.of(
                        Failure.Sort.ENDED,
                        "PostgreSQL ended the transaction after idle_in_transaction_session_timeout; do less between the"
                                + " statements of a unit of work");
            case "25P04" ->
                Failure.of(
                        Failure.Sort.ENDED,
                        "PostgreSQL ended the transaction after transaction_timeout; do less in a unit of work");
            case "57P01", "57P02", "57P03", "57P05" ->
                Failure.of(Failure.Sort.LOST, "the PostgreSQL server ended the connection, or is starting or stopping");
            case "25006" ->
                Failure.of(
                        Failure.Sort.UNAVAILABLE,
                        "this PostgreSQL server takes no writes: it is a standby, for which name all hosts with"
                                + " targetServerType=primary, or the transaction is read-only, by"
                                + " default_transaction_read_only or by the application");
            case "42501" ->
                Failure.of(Failure.Sort.DECLINED, "the PostgreSQL user lacks the privilege" + said(e) + "; grant it");
            case "53100" -> Failure.of(Failure.Sort.FULL, "the disk of the PostgreSQL server is full; make room");
            case "53300" ->
                Failure.of(
                        Failure.Sort.UNAVAILABLE,
                        "the PostgreSQL server has no connection to spare; make pools smaller or max_connections"
                                + " larger");
            case "22021" -> Failure.of(Failure.Sort.INVALID, "PostgreSQL's text can't hold the character U+0000");
            case "54000" ->
                Failure.of(
                        Failure.Sort.TOO_LONG,
                        "the value is too long for an index of PostgreSQL, which has room for about 2,700 bytes in all;"
                                + " make it shorter, or leave it out of keys and indexes");
            case "54001", "54011", "54023" ->
                Failure.of(Failure.Sort.INVALID, "the statement exceeds a limit of PostgreSQL; ask for less at once");
            case "28000", "28P01" ->
                Failure.of(Failure.Sort.UNAVAILABLE, "PostgreSQL refuses the user or the password");
            case "3D000" -> Failure.of(Failure.Sort.DECLINED, "there is no such PostgreSQL database; create it");
            default -> byState(e);
        };
    }

    private static @Nullable ServerErrorMessage message(SQLException e) {
        // A batch wraps the server's exception in one of its own.
        SQLException said =
                e instanceof BatchUpdateException && e.getNextException() != null ? e.getNextException() : e;
        return said instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    }

    /** The server's own sentence, where it holds names and no values. */
    private static String said(SQLException e) {
        ServerErrorMessage message = message(e);
        return message == null ? "" : " (" + message.getMessage() + ")";
    }

    /** A failure about a key. The detail names the key's columns before their values, in every language. */
    private static Failure keyed(Failure.Sort sort, SQLException e) {
        Failure unnamed = constraint(sort, e);
        ServerErrorMessage message = message(e);
        String detail = message == null ? null : message.getDetail();
        Matcher columns = COLUMNS.matcher(String.valueOf(detail));
        return columns.find()
                ? Failure.constraint(
                        sort,
                        unnamed.constraint(),
                        unnamed.table(),
                        Arrays.stream(columns.group(1).split(", "))
                                .map(column -> column.replace("\"", ""))
                                .toList())
                : unnamed;
    }

    private static Failure constraint(Failure.Sort sort, SQLException e) {
        ServerErrorMessage message = message(e);
        if (message == null) {
            return Failure.constraint(sort, null, null, List.of());
        }
        String column = message.getColumn();
        return Failure.constraint(
                sort, message.getConstraint(), message.getTable(), column == null ? List.of() : List.of(column));
    }

    /** PostgreSQL puts the values of a key into its messages. */
    @Override
    public SQLException redacted(SQLException e) {
        SQLException redacted =
                new SQLException("PostgreSQL error " + e.getSQLState(), e.getSQLState(), e.getErrorCode());
        redacted.setStackTrace(e.getStackTrace());
        return redacted;
    }
}
