package io.storeway.sql.internal.dialect;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.sql.internal.codec.ColumnCodec;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * H2 in its regular mode, or in one that doesn't change values. H2's own names are written in upper case, which is right however it treats
 * names without quotes. Its errors are interpreted by number and message.
 */
public final class H2Dialect extends Dialect {

    private static final String FILE =
            "the H2 file can't be read or written; see that its directory exists, may be written to and has room";

    private static final Pattern UNIQUE =
            Pattern.compile("\"(\\S+) (?:INDEX \\S+|PRIMARY KEY) ON (\\S+?)\\(([^)]*)\\)");
    private static final Pattern REFERENCE = Pattern.compile("\"([^:\"]+): (\\S+) FOREIGN KEY\\(([^)]*)\\)");
    private static final Pattern NOT_NULL = Pattern.compile("NULL not allowed for column \"([^\"]+)\"");
    private static final Pattern SETTING = Pattern.compile("setting \"(\\w+)\"");
    private static final Pattern OBJECT = Pattern.compile("object \"([^\";]+)\"");
    private static final Pattern CHECK = Pattern.compile("Check constraint violation: \"([^:\"]+)");

    /** In Oracle's mode an empty text is null, in Derby's and SQL Server's two nulls break a unique key, and STRICT has no LIMIT. */
    private static final Set<String> ALTERING_MODES = Set.of("ORACLE", "DERBY", "MSSQLSERVER", "STRICT");

    @Override
    public String name() {
        return "h2";
    }

    /** Fails with a NullPointerException in {@code TxDecisionMaker} if the isolation is above READ COMMITTED. */
    @Override
    public boolean failsAtCircles() {
        return true;
    }

    @Override
    ColumnCodec codec(EntityType<?> entity, Field<?, ?> field) {
        FieldType type = field.type();
        return switch (type.kind()) {
            case TEXT -> ColumnCodec.text("CHARACTER VARYING", H2Dialect::quoted);
            case BOOLEAN -> ColumnCodec.booleans("BOOLEAN");
            case INTEGER -> ColumnCodec.integer("INTEGER");
            case LONG -> ColumnCodec.longs("BIGINT");
            case DECIMAL -> ColumnCodec.decimal("DECIMAL(" + type.precision() + ", " + type.scale() + ")", type);
            case DOUBLE -> ColumnCodec.doubles("DOUBLE PRECISION", value -> "CAST(" + value + " AS DOUBLE PRECISION)");
            case INSTANT -> ColumnCodec.epoch("BIGINT", type.unit());
            case DATE -> ColumnCodec.date("DATE");
            case BYTES -> ColumnCodec.bytes("BINARY VARYING");
            case JSON -> ColumnCodec.json("CHARACTER VARYING", H2Dialect::quoted);
            case LIST -> ColumnCodec.list("CHARACTER VARYING", type.element(), H2Dialect::quoted);
        };
    }

    /** A literal as H2 itself prints it: non-ASCII and control characters as code points, DEL only if there are others of them. */
    private static String quoted(Object value) {
        String text = value.toString();
        boolean plain = text.chars().allMatch(c -> c >= ' ' && c <= 0x7f);
        if (plain) {
            return "'" + text.replace("'", "''") + "'";
        }
        StringBuilder literal = new StringBuilder("U&'");
        text.codePoints().forEach(point -> {
            if (point == '\'') {
                literal.append("''");
            } else if (point == '\\') {
                literal.append("\\\\");
            } else if (point >= ' ' && point < 0x7f) {
                literal.append((char) point);
            } else {
                literal.append(String.format(Locale.ROOT, point > 0xffff ? "\\+%06x" : "\\%04x", point));
            }
        });
        return literal.append('\'').toString();
    }

    @Override
    public String tableOptions(EntityType<?> type) {
        return "";
    }

    @Override
    public @Nullable String guard(Field<?, ?> field, String column) {
        return null;
    }

    @Override
    int columns() {
        return 16_384;
    }

    @Override
    int parameters() {
        return 100_000;
    }

    @Override
    public boolean indexesReferences() {
        return true;
    }

    @Override
    public boolean sameName(String one, String other) {
        return one.equals(other);
    }

    @Override
    public boolean sameType(ColumnCodec codec, LiveColumn column) {
        String live = column.type().equals("DECIMAL") || column.type().equals("NUMERIC")
                ? "DECIMAL(" + column.size() + ", " + column.decimals() + ")"
                : column.type();
        boolean unbounded = !live.endsWith("VARYING") || column.size() >= 1_000_000_000;
        return unbounded && live.equals(codec.sqlType());
    }

    @Override
    public Map<String, String> checks(Handle handle, String table) {
        Map<String, String> checks = new LinkedHashMap<>();
        handle.createQuery("""
            SELECT c.CONSTRAINT_NAME, c.CHECK_CLAUSE
            FROM INFORMATION_SCHEMA.CHECK_CONSTRAINTS c JOIN INFORMATION_SCHEMA.TABLE_CONSTRAINTS t
            ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME
            WHERE t.TABLE_SCHEMA = CURRENT_SCHEMA AND t.TABLE_NAME = :table\
            """)
                .bind("table", table)
                .map((rows, context) -> Map.entry(rows.getString(1), compact(rows.getString(2))))
                .forEach(check -> checks.put(check.getKey(), check.getValue()));
        return checks;
    }

    @Override
    public List<String> objections(Handle handle, String table, List<String> columns) {
        return List.of();
    }

    @Override
    public String identities() {
        return ALWAYS_IDENTITIES;
    }

    /**
     * H2 orders text by UTF-16 units. For a bound without characters from the surrogates on, that is the order of UTF-8 bytes; the column
     * is then compared as it is, so that an index can be used.
     */
    @Override
    public String ordered(String expression, FieldType type, @Nullable Object bound) {
        boolean agrees = type.kind() != FieldType.Kind.TEXT || (bound instanceof String text && !high(text));
        return agrees ? expression : "STRINGTOUTF8(" + expression + ")";
    }

    @Override
    public boolean ordersFromStartOfIndex() {
        return true;
    }

    /** H2 adds a cast when it compares a long column with a literal in the range of integers, or a whole decimal with one of longs. */
    @Override
    public String equal(String expression, ColumnCodec codec, String literal) {
        boolean decimal =
                codec.sqlType().startsWith("DECIMAL") && codec.sqlType().endsWith(", 0)");
        if (!decimal && !codec.sqlType().equals("BIGINT")) {
            return super.equal(expression, codec, literal);
        }
        BigInteger value = new BigInteger(literal);
        String type = decimal ? "NUMERIC(" + value.abs().toString().length() + ")" : "BIGINT";
        boolean small = value.bitLength() < (decimal ? Long.SIZE : Integer.SIZE);
        return super.equal(expression, codec, small ? "CAST(" + literal + " AS " + type + ")" : literal);
    }

    /** H2 turns a check with equal bounds into one for equality. */
    @Override
    public String between(String expression, ColumnCodec codec, String low, String high) {
        return low.equals(high) ? equal(expression, codec, low) : super.between(expression, codec, low, high);
    }

    /**
     * Above READ COMMITTED, H2 walks an index backwards past rows that the transaction has deleted and gives twice what it
     * has added. And a statement that stopped at its limit among the rows of a listed value goes on there when it runs
     * again. An expression takes the index out of the order.
     */
    @Override
    public String sortedAlone(String expression) {
        return "COALESCE(" + expression + ", " + expression + ")";
    }

    @Override
    public String contains(String column) {
        return "LOCATE(?, " + column + ") > 0";
    }

    @Override
    String upsert(Table table, int count) {
        return "MERGE INTO " + table.name() + " (" + String.join(", ", table.columns()) + ") KEY ("
                + String.join(", ", table.key()) + ") VALUES "
                + new Sql().tuples(count, table.columns().size()).text();
    }

    /**
     * If the primary key begins with the fields of a unique key, a MERGE of H2 takes an existing row with the same unique values for one
     * that was just added under the same primary key, and waits for it.
     */
    @Override
    boolean upsertMeets(EntityType<?> type, List<String> unique) {
        return startsWith(type.columns(type.key()), unique);
    }

    /** A locking read of H2 doesn't see rows that were added since the transaction began, although writes hit them. */
    @Override
    public String newest() {
        return "";
    }

    /** For a list of keys of several columns, H2 uses an index only if it has exactly these columns. */
    @Override
    int keysAtOnce(List<FieldType> types, boolean unique) {
        if (types.size() == 1) {
            return 10_000;
        }
        return unique ? 128 : 1;
    }

    @Override
    void in(Sql sql, List<String> columns, List<FieldType> types, List<Key> encoded) {
        if (columns.size() == 1) {
            sql.add(columns.get(0) + " = ANY(?)");
            sql.bind(encoded.stream().map(key -> key.values().get(0)).toArray());
        } else {
            slots(sql, columns, encoded, "");
        }
    }

    @Override
    public String driverPackage() {
        return "org.h2.";
    }

    @Override
    public void verify(Connection connection) {}

    @Override
    public Capabilities inspect(Handle handle, boolean acceptLossOnKill) {
        Capabilities all = Capabilities.all()
                .without(Capability.NEGATIVE_ZERO, "H2 stores a negative zero as zero; such a value is refused");
        boolean collated = handle.createQuery(
                        "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'COLLATION' AND"
                                + " SETTING_VALUE <> 'OFF' OR SETTING_NAME = 'IGNORECASE' AND SETTING_VALUE = 'TRUE'")
                .mapTo(boolean.class)
                .one();
        if (collated) {
            throw new UnsupportedCapabilityException(
                    "This H2 database compares text by a collation or without case; open one without COLLATION and"
                            + " IGNORECASE",
                    new ErrorContext("open", name(), null, null),
                    null);
        }
        String mode = handle.createQuery(
                        "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'MODE'")
                .mapTo(String.class)
                .one();
        if (ALTERING_MODES.contains(mode.toUpperCase(Locale.ROOT))) {
            throw new UnsupportedCapabilityException(
                    "H2's mode " + mode + " takes an empty text for a missing one, or missing values for equal, or no"
                            + " LIMIT; take MODE out of the URL, or choose another mode",
                    new ErrorContext("open", name(), null, null),
                    null);
        }
        boolean inMemory = handle.createQuery("SELECT DATABASE_PATH() IS NULL")
                .mapTo(boolean.class)
                .one();
        if (inMemory) {
            return all.without(Capability.DURABLE, "the H2 database is in memory");
        }
        // Lists both the setting that is kept in the file and the effective one.
        int writeDelay = handle.createQuery(
                        "SELECT COALESCE(MAX(CAST(SETTING_VALUE AS INTEGER)), 500) FROM INFORMATION_SCHEMA.SETTINGS"
                                + " WHERE SETTING_NAME = 'WRITE_DELAY'")
                .mapTo(int.class)
                .one();
        if (writeDelay == 0) {
            return all;
        }
        String reason = "H2 loses what was committed in the last " + writeDelay
                + " ms when the process dies; add ;WRITE_DELAY=0 to the URL";
        if (!acceptLossOnKill) {
            throw new UnsupportedCapabilityException(
                    reason + ", or accept the loss with acceptLossOnKill()",
                    new ErrorContext("open", name(), null, null),
                    null);
        }
        return all.without(Capability.DURABLE, reason);
    }

    /** H2 shows the table, and fails with a general error where it describes constraints that it is just making. */
    @Override
    public boolean hidesUnfinishedTables() {
        return false;
    }

    /** A server, or a file opened with AUTO_SERVER, may have clients in other processes. */
    @Override
    public boolean showsUnfinishedTables(Connection connection) throws SQLException {
        return !"0".equals(connection.getClientInfo("numServers"));
    }

    @Override
    public Failure classify(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.getErrorCode()) {
            case 23505 -> located(Failure.Sort.UNIQUE, UNIQUE, message);
            case 23503, 23506 -> located(Failure.Sort.REFERENCE, REFERENCE, message);
            case 23502 -> {
                Matcher matcher = NOT_NULL.matcher(message);
                yield Failure.constraint(
                        Failure.Sort.NOT_NULL, null, null, matcher.find() ? List.of(matcher.group(1)) : List.of());
            }
            case 23513 -> {
                Matcher matcher = CHECK.matcher(message);
                yield Failure.constraint(Failure.Sort.CHECK, matcher.find() ? matcher.group(1) : null, null, List.of());
            }
            case 40001, 50200, 90131 ->
                Failure.of(Failure.Sort.CONFLICT, "another unit holds or has changed the same rows");
            case 42101, 42111, 90045 -> Failure.exists(e);
            case 57014 -> Failure.of(Failure.Sort.TIMEOUT, "the statement was cancelled");
            case 90067, 90098, 90121, 90007, 90135 ->
                Failure.of(Failure.Sort.LOST, "the H2 database or the connection to it is closed");
            case 90020 ->
                Failure.of(
                        Failure.Sort.UNAVAILABLE,
                        "another process has the H2 file open; end it or choose another file");
            case 90097 ->
                Failure.of(
                        Failure.Sort.UNAVAILABLE,
                        "the H2 database is read-only; make the file and its directory writable");
            case 90028, 90031 -> Failure.of(Failure.Sort.LOST, FILE);
            case 90034, 90062 -> Failure.of(Failure.Sort.UNAVAILABLE, FILE);
            // H2 closes the database when its file fails. The write that failed may have reached the file.
            case 50000 -> message.contains("MVStoreException") ? Failure.of(Failure.Sort.LOST, FILE) : byState(e);
            case 90030 ->
                Failure.of(Failure.Sort.DECLINED, "the H2 file is damaged or no H2 file; restore it from a backup");
            case 90048 ->
                Failure.of(Failure.Sort.DECLINED, "the file was written by another version of H2; use that version");
            case 90011 -> Failure.of(Failure.Sort.DECLINED, "H2 takes a relative path only if it begins with ./ or ~/");
            case 90113 ->
                Failure.of(
                        Failure.Sort.DECLINED,
                        "H2 doesn't know the setting" + named(" ", SETTING, message) + " of the URL; take it out");
            case 90046 -> Failure.of(Failure.Sort.DECLINED, "the URL is not of H2's form jdbc:h2:PATH;SETTING=VALUE");
            case 90013, 90146, 90149 ->
                Failure.of(
                        Failure.Sort.DECLINED,
                        "the URL names an H2 database that isn't there and may not be made; name another one, or take"
                                + " IFEXISTS out");
            case 90040 ->
                Failure.of(Failure.Sort.DECLINED, "the H2 user lacks the rights of an administrator; grant them");
            case 90096 ->
                Failure.of(
                        Failure.Sort.DECLINED,
                        "the H2 user lacks the right" + named(" to ", OBJECT, message) + "; grant it");
            case 28000 -> Failure.of(Failure.Sort.UNAVAILABLE, "H2 refuses the user or the password");
            default -> byState(e);
        };
    }

    private static String named(String before, Pattern pattern, String message) {
        Matcher matcher = pattern.matcher(message);
        return matcher.find() ? before + matcher.group(1) : "";
    }

    private static Failure located(Failure.Sort sort, Pattern pattern, String message) {
        Matcher matcher = pattern.matcher(message);
        if (!matcher.find()) {
            return Failure.constraint(sort, null, null, List.of());
        }
        return Failure.constraint(
                sort,
                unqualified(matcher.group(1)),
                unqualified(matcher.group(2)),
                Arrays.stream(matcher.group(3).split(", "))
                        .map(column -> unqualified(column.split(" ", -1)[0]))
                        .toList());
    }

    private static String unqualified(String name) {
        return name.substring(name.lastIndexOf('.') + 1).replace("\"", "");
    }

    /** H2 puts the statement and the values of a key into its messages. */
    @Override
    public SQLException redacted(SQLException e) {
        SQLException redacted = new SQLException("H2 error " + e.getErrorCode(), e.getSQLState(), e.getErrorCode());
        redacted.setStackTrace(e.getStackTrace());
        return redacted;
    }
}
