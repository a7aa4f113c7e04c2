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
import io.storeway.sql.internal.codec.KeyRoom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
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

/** MariaDB with InnoDB tables. What its errors say is read in {@link MariaDbErrors}. */
public final class MariaDbDialect extends Dialect {

    /** Compares by code points, which is the order of UTF-8 bytes, and doesn't ignore spaces at the end. */
    private static final String COLLATION = "utf8mb4_nopad_bin";

    private static final String COLLATE = " COLLATE " + COLLATION;
    private static final String TEXT = "LONGTEXT" + COLLATE;
    private static final String BYTES = "LONGBLOB";
    private static final int MAX_BYTES_OF_CHARACTER = 4;

    private static final Set<String> TEXTS = Set.of("VARCHAR", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT");
    private static final Set<String> BLOBS = Set.of("VARBINARY", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB");
    private static final Pattern CHECK = Pattern.compile("(?md)^\\s*CONSTRAINT [`\"](\\w+)[`\"] CHECK \\((.*)\\),?$");
    /** Options of the driver with which it doesn't report how many rows an update has matched. */
    private static final List<String> WITHOUT_COUNTS = List.of("useAffectedRows=true", "useBulkStmts=true");

    private final boolean caseSensitive;
    private final Packet packet;

    /**
     * The dialect.
     *
     * @param caseSensitive whether names of tables are case-sensitive
     * @param packet the largest statement
     */
    public MariaDbDialect(boolean caseSensitive, Packet packet) {
        this.caseSensitive = caseSensitive;
        this.packet = packet;
    }

    public static MariaDbDialect of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT @@max_allowed_packet")) {
            rows.next();
            return new MariaDbDialect(
                    connection.getMetaData().supportsMixedCaseIdentifiers(), new Packet(rows.getLong(1)));
        }
    }

    @Override
    public String name() {
        return "mariadb";
    }

    @Override
    public String quote(String name) {
        return '`' + name + '`';
    }

    /** InnoDB refuses such a row where the reference restricts. */
    @Override
    public boolean failsAtCircles() {
        return true;
    }

    @Override
    ColumnCodec codec(EntityType<?> entity, Field<?, ?> field) {
        FieldType type = field.type();
        int room = KeyRoom.bytes(entity, field);
        int characters = room == Integer.MAX_VALUE ? room : room / MAX_BYTES_OF_CHARACTER;
        String text = room == Integer.MAX_VALUE ? TEXT : "VARCHAR(" + characters + ")" + COLLATE;
        return switch (type.kind()) {
            case TEXT -> ColumnCodec.text(text, MariaDbDialect::quoted).limited(characters);
            case BOOLEAN -> ColumnCodec.booleanNumber("BOOLEAN");
            case INTEGER -> ColumnCodec.integer("INT");
            case LONG -> ColumnCodec.longs("BIGINT");
            case DECIMAL -> ColumnCodec.decimal("DECIMAL(" + type.precision() + ", " + type.scale() + ")", type);
            case DOUBLE -> ColumnCodec.doubles("DOUBLE", Object::toString);
            case INSTANT -> ColumnCodec.epoch("BIGINT", type.unit());
            case DATE -> ColumnCodec.date("DATE");
            case BYTES ->
                ColumnCodec.bytes(room == Integer.MAX_VALUE ? BYTES : "VARBINARY(" + room + ")")
                        .limited(room);
            case JSON -> ColumnCodec.json(text, MariaDbDialect::quoted).limited(characters);
            case LIST ->
                ColumnCodec.list(text, type.element(), MariaDbDialect::quoted).limited(characters);
        };
    }

    /** A literal as MariaDB itself prints it. */
    private static String quoted(Object value) {
        StringBuilder literal = new StringBuilder("'");
        value.toString().chars().forEach(c -> {
            int escaped = "\0\n\r\u001a'\\".indexOf(c);
            if (escaped < 0) {
                literal.append((char) c);
            } else {
                literal.append('\\').append("0nrZ'\\".charAt(escaped));
            }
        });
        return literal.append('\'').toString();
    }

    @Override
    public String tableOptions(EntityType<?> type) {
        return OPTIONS;
    }

    /** What follows the parenthesis of a CREATE TABLE. */
    public static final String OPTIONS = " ENGINE = InnoDB ROW_FORMAT = DYNAMIC" + COLLATE;

    @Override
    public @Nullable String guard(Field<?, ?> field, String column) {
        return field.type().kind() == FieldType.Kind.BOOLEAN ? column + " IN (0, 1)" : null;
    }

    @Override
    int columns() {
        return 1_017;
    }

    @Override
    int parameters() {
        return 65_535;
    }

    @Override
    boolean fit(Table table, List<Row> rows) {
        return packet.fit(table, rows);
    }

    @Override
    public long statementBytes() {
        return packet.bytes();
    }

    @Override
    @Nullable
    String tooLarge(Table table, Row row) {
        return packet.tooLarge(table, row);
    }

    /** InnoDB makes one under the constraint's name, which stays when the reference is dropped. */
    @Override
    public boolean indexesReferences() {
        return false;
    }

    /** A constraint of this kind has no name in MariaDB. */
    @Override
    public String notNull(String name) {
        return "NOT NULL";
    }

    @Override
    public boolean sameName(String one, String other) {
        return caseSensitive ? one.equals(other) : one.equalsIgnoreCase(other);
    }

    @Override
    public boolean sameType(ColumnCodec codec, LiveColumn column) {
        String wanted = codec.sqlType();
        return switch (column.type()) {
            case "BOOLEAN", "TINYINT", "BIT" -> wanted.equals("BOOLEAN");
            case "DECIMAL" -> wanted.equals("DECIMAL(" + column.size() + ", " + column.decimals() + ")");
            default -> wanted.equals(column.type()) || (sameSort(codec, column) && !tooLong(codec, column));
        };
    }

    private static boolean sameSort(ColumnCodec codec, LiveColumn column) {
        boolean text = codec.sqlType().endsWith(COLLATE) && TEXTS.contains(column.type());
        boolean bytes = codec.sqlType().matches("LONGBLOB|VARBINARY.*") && BLOBS.contains(column.type());
        return text || bytes;
    }

    /** What an index has no room for. */
    @Override
    public boolean tooLong(ColumnCodec codec, LiveColumn column) {
        return sameSort(codec, column) && column.size() > codec.limit();
    }

    /** A shorter column takes no longer value than it can hold, and refuses the rest by itself. */
    @Override
    public boolean tooShort(ColumnCodec codec, LiveColumn column) {
        boolean unlimited = codec.limit() == Integer.MAX_VALUE;
        return sameSort(codec, column)
                && (unlimited ? !codec.sqlType().startsWith(column.type()) : column.size() < codec.limit());
    }

    @Override
    public Map<String, String> checks(Handle handle, String table) {
        Map<String, String> checks = new LinkedHashMap<>();
        String ddl = handle.createQuery("SHOW CREATE TABLE " + quote(table))
                .map((rows, context) -> rows.getString(2))
                .one();
        Matcher matcher = CHECK.matcher(ddl);
        while (matcher.find()) {
            checks.put(matcher.group(1), comparable(matcher.group(2)));
        }
        return checks;
    }

    /** MariaDB keeps literals as they are here, and writes the words around them small. */
    @Override
    public String comparable(String expression) {
        StringBuilder comparable = new StringBuilder();
        boolean literal = false;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (literal && c == '\\') {
                comparable.append(c).append(expression.charAt(++i));
                continue;
            }
            if (c == '\'') {
                literal = !literal;
            }
            if (literal) {
                comparable.append(c);
            } else if (!Character.isWhitespace(c)) {
                comparable.append(c == '"' ? '`' : Character.toLowerCase(c));
            }
        }
        return comparable.toString();
    }

    @Override
    public List<String> objections(Handle handle, String table, List<String> columns) {
        List<String> found = new ArrayList<>();
        handle.createQuery("SELECT engine FROM information_schema.tables WHERE table_schema = DATABASE()"
                        + " AND table_name = :table AND engine <> 'InnoDB'")
                .bind("table", table)
                .mapTo(String.class)
                .forEach(engine -> found.add("table " + table + " is kept by " + engine
                        + ", which knows no transactions; ALTER TABLE " + quote(table) + " ENGINE = InnoDB"));
        handle.createQuery("SELECT column_name, column_type FROM information_schema.columns"
                        + " WHERE table_schema = DATABASE() AND table_name = :table AND collation_name <> '" + COLLATION
                        + "'")
                .bind("table", table)
                .map((rows, context) -> List.of(rows.getString(1), rows.getString(2)))
                .filter(column -> columns.contains(column.get(0)))
                .map(column -> "column " + table + "." + column.get(0)
                        + " is compared by another collation than " + COLLATION + "; ALTER TABLE " + quote(table)
                        + " MODIFY COLUMN " + quote(column.get(0)) + " " + column.get(1) + COLLATE)
                .forEach(found::add);
        return found;
    }

    @Override
    public String ordered(String expression, FieldType type, @Nullable Object bound) {
        return expression;
    }

    /** A missing value comes first ascending and last descending by itself. */
    @Override
    public String nulls(boolean descending) {
        return "";
    }

    @Override
    public String contains(String column) {
        return "LOCATE(?, " + column + ") > 0";
    }

    /** Units that pin the same rows don't wait for each other, only for one that changes them. */
    @Override
    public String pinning() {
        return " LOCK IN SHARE MODE";
    }

    @Override
    String upsert(Table table, int count) {
        List<String> rest = table.rest().isEmpty() ? table.key().subList(0, 1) : table.rest();
        return rest.stream()
                .map(column -> column + " = VALUES(" + column + ")")
                .collect(Collectors.joining(", ", table.insert(count) + " ON DUPLICATE KEY UPDATE ", ""));
    }

    @Override
    boolean upsertMeets(EntityType<?> type, List<String> unique) {
        return true;
    }

    @Override
    int keysAtOnce(List<FieldType> types, boolean unique) {
        return slots(Integer.MAX_VALUE);
    }

    @Override
    void in(Sql sql, List<String> columns, List<FieldType> types, List<Key> encoded) {
        if (columns.size() == 1) {
            slots(sql, columns, encoded, "");
            return;
        }
        // A list of tuples would be looked up by no index when rows are deleted.
        int slots = slots(encoded.size());
        String each = "(" + equal(columns) + ")";
        sql.add("(" + each + (" OR " + each).repeat(slots - 1) + ")");
        for (int i = 0; i < slots; i++) {
            encoded.get(Math.min(i, encoded.size() - 1)).values().forEach(sql::bind);
        }
    }

    @Override
    public void verify(Connection connection) {}

    @Override
    public Capabilities inspect(Handle handle, boolean acceptLossOnKill) throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        handle.createQuery("SHOW VARIABLES WHERE variable_name IN"
                        + " ('sql_mode', 'innodb_snapshot_isolation', 'innodb_flush_log_at_trx_commit')")
                .map((rows, context) -> Map.entry(rows.getString(1), rows.getString(2)))
                .forEach(setting -> settings.put(setting.getKey(), setting.getValue()));
        String mode = settings.getOrDefault("sql_mode", "");
        if (!settings.containsKey("innodb_snapshot_isolation")) {
            throw unsupported("This MariaDB can't keep units from losing each other's updates; take 10.6.18, 10.11.8,"
                    + " 11.4.2 or a later one, which have innodb_snapshot_isolation");
        }
        if (!mode.contains("STRICT_TRANS_TABLES") && !mode.contains("STRICT_ALL_TABLES")) {
            throw unsupported(
                    "This MariaDB connection alters values that don't fit; add STRICT_TRANS_TABLES to sql_mode");
        }
        if (mode.contains("NO_BACKSLASH_ESCAPES")) {
            throw unsupported("This MariaDB connection has NO_BACKSLASH_ESCAPES in its sql_mode; take it out");
        }
        String url = handle.getConnection().getMetaData().getURL();
        for (String option : WITHOUT_COUNTS) {
            if (url.contains(option)) {
                throw unsupported("With " + option + " the driver doesn't say which updates met a row; leave it out");
            }
        }
        Capabilities all = Capabilities.all()
                .without(
                        Capability.NEGATIVE_ZERO,
                        "MariaDB takes a negative zero for equal to zero; such a value is refused");
        return "0".equals(settings.get("innodb_flush_log_at_trx_commit"))
                ? all.without(
                        Capability.DURABLE,
                        "MariaDB runs with innodb_flush_log_at_trx_commit = 0, which loses the last second when it"
                                + " dies")
                : all;
    }

    private UnsupportedCapabilityException unsupported(String advice) {
        return new UnsupportedCapabilityException(advice, new ErrorContext("open", name(), null, null), null);
    }

    @Override
    public @Nullable String nowhere(@Nullable String catalog, @Nullable String schema) {
        return catalog != null ? null : "the URL names no database; write jdbc:mariadb://HOST/DATABASE";
    }

    @Override
    public Failure classify(SQLException e) {
        return MariaDbErrors.classify(e);
    }

    /** MariaDB puts the values of a key into its messages. */
    @Override
    public SQLException redacted(SQLException e) {
        SQLException redacted = new SQLException(
                String.format(Locale.ROOT, "MariaDB error %d", e.getErrorCode()), e.getSQLState(), e.getErrorCode());
        redacted.setStackTrace(e.getStackTrace());
        return redacted;
    }
}
