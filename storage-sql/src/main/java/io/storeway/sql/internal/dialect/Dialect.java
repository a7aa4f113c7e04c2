package io.storeway.sql.internal.dialect;

import io.storeway.Capabilities;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.sql.internal.codec.ColumnCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What differs between SQL engines. Stateless, or thread-safe. */
public abstract sealed class Dialect permits SqliteDialect, H2Dialect, PostgresDialect, MariaDbDialect {

    /** The longest name: PostgreSQL, with the smallest limit, silently cuts longer ones off. */
    public static final int MAX_NAME = 63;

    /** The query of {@link #identities}, by the tables of the SQL standard. */
    static final String ALWAYS_IDENTITIES =
            "SELECT COLUMN_NAME FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = CURRENT_SCHEMA"
                    + " AND TABLE_NAME = ? AND IDENTITY_GENERATION = 'ALWAYS'";

    /** Numbers of rows in a statement: as many as possible first, smaller ones for the rest. Few, to have few statement texts. */
    private static final int[] CHUNKS = {128, 16, 1};

    /**
     * The dialect of the database behind a connection.
     *
     * @throws UnsupportedCapabilityException if there is none for it
     */
    public static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product) {
            case "SQLite" -> new SqliteDialect();
            case "H2" -> new H2Dialect();
            case "PostgreSQL" -> new PostgresDialect();
            case "Cloudflare D1" -> new D1Dialect();
            case "MariaDB" -> MariaDbDialect.of(connection);
            default ->
                throw new UnsupportedCapabilityException(
                        "No dialect for the database product " + product
                                + "; there are those for SQLite, H2, PostgreSQL, MariaDB and D1",
                        ErrorContext.of("open"),
                        null);
        };
    }

    /** A name in the quotes of the SQL standard. */
    public static String ansi(String name) {
        return '"' + name + '"';
    }

    /** The name of the storage. */
    public abstract String name();

    /** The name of a table, column or constraint as it stands in a statement. */
    public String quote(String name) {
        return ansi(name);
    }

    // What values look like

    /**
     * How the values of a field are stored in its column.
     *
     * @throws UnsupportedCapabilityException if no column type of this engine holds them exactly
     */
    abstract ColumnCodec codec(EntityType<?> entity, Field<?, ?> field);

    /** Why the engine would not return an equal value, or null. */
    @Nullable
    String objection(FieldType type, Object value) {
        if (type.kind() == FieldType.Kind.DOUBLE
                && (Double) value == 0
                && Double.doubleToRawLongBits((Double) value) != 0) {
            return "this engine doesn't keep the sign of zero";
        }
        return null;
    }

    // Schema

    /** What follows the closing parenthesis of a CREATE TABLE. */
    public abstract String tableOptions(EntityType<?> type);

    /** A check of a single column that replaces a type which the engine lacks, or null. */
    public abstract @Nullable String guard(Field<?, ?> field, String column);

    /** The constraint that makes a column required; with a name, if the engine keeps one. */
    public String notNull(String name) {
        return name.length() <= MAX_NAME ? "CONSTRAINT " + quote(name) + " NOT NULL" : "NOT NULL";
    }

    /** Whether ALTER TABLE renames a column that has this name, or is to have it. */
    public boolean renames(String column) {
        return true;
    }

    /** Whether the engine reserves the name of the type's table, so that no table can have it. */
    boolean keepsTable(EntityType<?> type) {
        return false;
    }

    /** Whether the engine reserves a name, so that no column can have it. */
    boolean keepsColumn(String name) {
        return false;
    }

    /** How many columns a table has at most. */
    abstract int columns();

    /** Whether the engine itself makes an index for each reference that has none. */
    public abstract boolean indexesReferences();

    /** Whether two table names are the same to the engine. */
    public abstract boolean sameName(String one, String other);

    /** Whether the declared type and size of a live column are those of the codec. */
    public abstract boolean sameType(ColumnCodec codec, LiveColumn column);

    /** Whether a live column, otherwise of the codec's type, is so long that an index has no room for it. */
    public boolean tooLong(ColumnCodec codec, LiveColumn column) {
        return false;
    }

    /** Whether a live column, otherwise of the codec's type, is shorter, and refuses longer values by itself. */
    public boolean tooShort(ColumnCodec codec, LiveColumn column) {
        return false;
    }

    /** The expressions of a table's check constraints by name, made comparable. */
    public abstract Map<String, String> checks(Handle handle, String table);

    /** An expression in a normal form, in which the declared one and the live one are equal. */
    public String comparable(String expression) {
        return compact(expression);
    }

    /** An expression without blanks outside its literals, for comparison. */
    static String compact(String expression) {
        StringBuilder compact = new StringBuilder();
        boolean literal = false;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (c == '\'') {
                literal = !literal;
            }
            if (literal || !Character.isWhitespace(c)) {
                compact.append(c);
            }
        }
        return compact.toString();
    }

    /** Statements that note the declared expressions so that {@link #checks} can read them, for engines that rewrite expressions. */
    public List<String> remember(String quotedTable, Map<String, String> checks) {
        return List.of();
    }

    /** Further differences of a table and of its declared columns that only this engine has. */
    public abstract List<String> objections(Handle handle, String table, List<String> columns);

    /** Whether a trigger or rule may leave rows of the table out; asked only where writes travel with the commit. */
    public boolean mayLeaveOut(Handle handle, String table) {
        return false;
    }

    /** A query for the columns of a table that number its rows and take no values, or null where there are none. */
    public @Nullable String identities() {
        return null;
    }

    /** A query for the indexes of a table that lack rows, or null where there are none. */
    public @Nullable String partialIndexes() {
        return null;
    }

    // Statements

    /** An expression that compares and sorts text by UTF-8 bytes. The bound is the value it is compared with, or null for sorting. */
    public abstract String ordered(String expression, FieldType type, @Nullable Object bound);

    /** Whether a text has a character that UTF-16 may order differently than UTF-8: a surrogate, or one above the surrogates. */
    public static boolean high(String text) {
        // Called for every row of a sorted result, for which a stream would be too expensive.
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= Character.MIN_SURROGATE) {
                return true;
            }
        }
        return false;
    }

    /** Appended to a nullable column in a CREATE INDEX, so that the index has the order of {@link #nulls}. */
    public String nullsOfIndex() {
        return "";
    }

    /** Appended to a nullable column in an ORDER BY, so that missing values come first ascending and last descending. */
    public String nulls(boolean descending) {
        return descending ? " NULLS LAST" : " NULLS FIRST";
    }

    /** Whether an index is used for an order only if the ORDER BY begins with its first column, even if that is fixed. */
    public boolean ordersFromStartOfIndex() {
        return false;
    }

    /** Whether the engine finds the place of {@code (a, b) > (?, ?)} in an index of those columns, in the order of every backend. */
    public boolean comparesRows() {
        return false;
    }

    /** What to sort by where an index that gives the order would mislead the engine. */
    public String sortedAlone(String expression) {
        return expression;
    }

    /** A check that a column equals a value, as the engine prints it. */
    public String equal(String expression, ColumnCodec codec, String literal) {
        return expression + " = " + literal;
    }

    /** A check that a column lies between two values, as the engine prints it. */
    public String between(String expression, ColumnCodec codec, String low, String high) {
        return expression + " BETWEEN " + low + " AND " + high;
    }

    /** A condition that a text contains the bound one. */
    public abstract String contains(String column);

    /** A statement that writes {@code count} rows, and updates those that exist instead of deleting and inserting them. */
    abstract String upsert(Table table, int count);

    /** Whether an upsert may hit an existing row with another key and the same values in the columns of a unique key, instead of being refused. */
    boolean upsertMeets(EntityType<?> type, List<String> unique) {
        return false;
    }

    /** The beginning of an INSERT of so many rows. Only the transaction undoes what a refused one has already inserted. */
    String insertInto(int count) {
        return "INSERT INTO ";
    }

    /** Appended to a SELECT of rows that no other transaction may change until this one ends. */
    public String pinning() {
        return " FOR UPDATE";
    }

    /**
     * Appended to a SELECT of rows on which this transaction bases a change of at least one of them. Empty on engines where that change
     * fails anyway if another transaction has changed the row since this one began.
     */
    public String newest() {
        return " FOR UPDATE";
    }

    /** Whether several statements can be sent together in one round trip. */
    public boolean takesSeveralStatements() {
        return false;
    }

    /** How many of the rows that are left to write the next statement takes. */
    int rowsAtOnce(Table table, List<Row> left) {
        for (int size : CHUNKS) {
            if (size <= left.size()
                    && size * table.columns().size() <= parameters()
                    && fit(table, left.subList(0, size))) {
                return size;
            }
        }
        return 1;
    }

    /** How many parameters a statement has at most. */
    abstract int parameters();

    /** Whether these rows fit into one statement. */
    boolean fit(Table table, List<Row> rows) {
        return true;
    }

    /** How many bytes a statement has at most. */
    public long statementBytes() {
        return Long.MAX_VALUE;
    }

    /** Why a row is too large even for a statement of its own, or null. */
    @Nullable
    String tooLarge(Table table, Row row) {
        return null;
    }

    /** The expression by which a column is selected for the codec's reader. */
    String selected(String column, ColumnCodec codec) {
        return column;
    }

    /** The source of the rows in an INSERT of so many rows. */
    String rows(Table table, int count) {
        return "VALUES " + new Sql().tuples(count, table.columns().size()).text();
    }

    /** Binds up to {@code count} rows to a statement with {@link #rows} of that count, and returns how many it has bound. */
    int bind(Table table, PreparedStatement statement, int count, List<Row> rows) throws SQLException {
        int width = table.columns().size();
        for (int i = 0; i < rows.size(); i++) {
            table.bind(statement, 1 + i * width, rows.get(i));
        }
        return rows.size();
    }

    /**
     * How many keys {@link #in} takes at once.
     *
     * @param unique whether the columns are those of the primary key or of a unique key, all of them
     */
    abstract int keysAtOnce(List<FieldType> types, boolean unique);

    /** Adds the condition that the columns equal one of several keys, given with encoded values. */
    abstract void in(Sql sql, List<String> columns, List<FieldType> types, List<Key> encoded);

    /** The length to which a list of so many values is padded, so that there are few statement texts. */
    public static int slots(int values) {
        return values == 1 ? 1 : values <= 16 ? 16 : 128;
    }

    /** The condition of {@link #in} with a question mark for each value, the last key repeated up to a round number. */
    static void slots(Sql sql, List<String> columns, List<Key> encoded, String values) {
        int width = columns.size();
        int slots = slots(encoded.size());
        if (width == 1) {
            sql.add(columns.get(0) + " IN ").tuples(1, slots);
        } else {
            sql.add("(" + String.join(", ", columns) + ") IN (" + values)
                    .tuples(slots, width)
                    .add(")");
        }
        for (int i = 0; i < slots; i++) {
            encoded.get(Math.min(i, encoded.size() - 1)).values().forEach(sql::bind);
        }
    }

    /** The condition that each column equals its own question mark. */
    static String equal(List<String> columns) {
        return columns.stream().map(column -> column + " = ?").collect(Collectors.joining(" AND "));
    }

    /** Whether the columns of an index begin with others. */
    public static boolean startsWith(List<String> index, List<String> columns) {
        return index.size() >= columns.size()
                && index.subList(0, columns.size()).equals(columns);
    }

    // Connections and transactions

    /** Whether the engine fails to delete a row that refers to itself, or that a cascade comes back to. */
    public boolean failsAtCircles() {
        return false;
    }

    /** Whether transactions that write different rows don't wait for each other. */
    public boolean writesSideBySide() {
        return true;
    }

    /** Whether the engine may name the unique key if a row repeats both its primary key and a unique key. */
    public boolean mayNameUniqueKeyFirst() {
        return false;
    }

    /**
     * Whether the database's refusals only appear at the commit if a unit runs without savepoints. Then a commit with an unknown outcome
     * isn't reported as an SQLException.
     */
    public boolean refusesAtCommit() {
        return false;
    }

    /** The package of the driver's classes, if physical connections are remembered; or null. */
    public @Nullable String driverPackage() {
        return null;
    }

    /** Makes sure that a connection outside any transaction enforces the constraints. */
    public abstract void verify(Connection connection) throws SQLException;

    /** Refuses a database that can't keep the promises of a storage, and returns what this one can do. */
    public abstract Capabilities inspect(Handle handle, boolean acceptLossOnKill) throws SQLException;

    /** Whether a table that another transaction is making is out of sight, or can be described as it will be. */
    public boolean hidesUnfinishedTables() {
        return true;
    }

    /** Whether tables that another process is making can be seen before they have all their constraints. */
    public boolean showsUnfinishedTables(Connection connection) throws SQLException {
        return false;
    }

    // Errors

    /** What to do if unqualified names lead to no schema, or null if they lead to one. */
    public @Nullable String nowhere(@Nullable String catalog, @Nullable String schema) {
        return null;
    }

    /** The schema in which a search path finds a table of the name, or null. */
    public @Nullable String schemaOnPath(Connection connection, String table) throws SQLException {
        return null;
    }

    /** Interprets an exception. */
    public abstract Failure classify(SQLException e);

    /** The exception without values in its message; the same one if it has none. */
    public SQLException redacted(SQLException e) {
        return e;
    }

    /** Interprets an exception by the SQL standard's states, if the engine's own codes don't explain it. */
    static Failure byState(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (e instanceof SQLTimeoutException) {
            return Failure.of(Failure.Sort.TIMEOUT, "the database did not answer in time");
        }
        if (state.startsWith("08")) {
            return Failure.NO_CONNECTION;
        }
        if (state.startsWith("22")) {
            return Failure.of(Failure.Sort.INVALID, "the column can't hold the value");
        }
        if (state.startsWith("23")) {
            return Failure.of(Failure.Sort.INVALID, "a rule of the database refused the row");
        }
        if (state.startsWith("40")) {
            return Failure.of(Failure.Sort.CONFLICT, "another writer was in the way");
        }
        return Failure.REFUSED;
    }
}
