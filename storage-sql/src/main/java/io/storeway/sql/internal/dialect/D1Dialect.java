package io.storeway.sql.internal.dialect;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Row;
import io.storeway.sql.internal.codec.ColumnCodec;
import io.storeway.sql.internal.codec.JacksonJson;
import io.storeway.sql.internal.d1.ExactDouble;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Cloudflare D1: SQLite behind an endpoint that takes 100 parameters per statement and no transactions. Rows are sent as JSON in a single
 * parameter, units of work as a batch. Integers and bytes are read as text, because JSON would round integers and has no bytes.
 */
public final class D1Dialect extends SqliteDialect {

    /** About how many characters of JSON a statement has; D1 takes two million bytes. */
    private static final int CHARACTERS = 400_000;

    private static final int ROWS = 10_000;
    private static final int KEYS = 5_000;
    private static final int KEYS_AS_PARAMETERS = 16;
    private static final int COLUMNS = 100;

    @Override
    public String name() {
        return "d1";
    }

    @Override
    ColumnCodec codec(EntityType<?> entity, Field<?, ?> field) {
        return field.type().kind() == FieldType.Kind.DOUBLE
                ? ColumnCodec.doubles("REAL", value -> ExactDouble.literal((Double) value))
                : super.codec(entity, field);
    }

    @Override
    int columns() {
        return COLUMNS;
    }

    // Rows in JSON

    @Override
    String insertInto(int count) {
        return "INSERT INTO ";
    }

    @Override
    int rowsAtOnce(Table table, List<Row> left) {
        return ROWS;
    }

    /** Ends with WHERE true, without which SQLite would read a following ON CONFLICT as part of a join. */
    @Override
    String rows(Table table, int count) {
        return ofJson(table) + " WHERE true";
    }

    @Override
    int bind(Table table, PreparedStatement statement, int count, List<Row> rows) throws SQLException {
        StringBuilder json = new StringBuilder("[");
        int taken = 0;
        while (taken < rows.size() && (taken == 0 || json.length() < CHARACTERS)) {
            json.append(taken == 0 ? "" : ",").append(json(table, rows.get(taken)));
            taken++;
        }
        statement.setString(1, json.append(']').toString());
        return taken;
    }

    /** A row as an array of its columns. */
    public static String json(Table table, Row row) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            values.add(json(table.encoded(row, i)));
        }
        return "[" + String.join(",", values) + "]";
    }

    /** An encoded value. */
    public static String json(@Nullable Object encoded) {
        if (encoded instanceof Double number) {
            return ExactDouble.json(number);
        }
        return encoded instanceof byte[] bytes
                ? '"' + HexFormat.of().formatHex(bytes) + '"'
                : encoded instanceof String text ? JacksonJson.quote(text) : String.valueOf(encoded);
    }

    /** Selects the columns of a table from a parameter with arrays made by {@link #json(Table, Row)}. */
    public static String ofJson(Table table) {
        return table.type().fields().stream()
                .map(field -> ofJson(table.codec(field), field.index()))
                .collect(Collectors.joining(", ", "SELECT ", " FROM json_each(?)"));
    }

    /** The value at an index of such an array. */
    public static String ofJson(ColumnCodec codec, int place) {
        return switch (codec.sqlType()) {
            case "BLOB" -> "unhex(value ->> " + place + ")";
            case "REAL" -> ExactDouble.ofJson("(value -> " + place + ")");
            default -> "value ->> " + place;
        };
    }

    @Override
    String selected(String column, ColumnCodec codec) {
        return switch (codec.sqlType()) {
            case "INTEGER" -> "CAST(" + column + " AS TEXT)";
            // The hex of NULL is an empty text.
            case "BLOB" -> "CASE WHEN " + column + " IS NOT NULL THEN hex(" + column + ") END";
            default -> column;
        };
    }

    @Override
    int keysAtOnce(List<FieldType> types, boolean unique) {
        return super.keysAtOnce(types, unique) == Integer.MAX_VALUE ? KEYS : KEYS_AS_PARAMETERS;
    }

    // Transactions

    @Override
    public @Nullable String driverPackage() {
        return null;
    }

    /** D1 keeps foreign keys by itself. */
    @Override
    public void verify(Connection connection) {}

    @Override
    public Capabilities inspect(Handle handle, boolean acceptLossOnKill) {
        return Capabilities.all()
                .without(Capability.NEGATIVE_ZERO, "SQLite stores a negative zero as zero; such a value is refused");
    }

    @Override
    public boolean refusesAtCommit() {
        return true;
    }

    @Override
    public Failure classify(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return switch (state) {
            case "40001" -> Failure.of(Failure.Sort.CONFLICT, "another writer has committed meanwhile");
            case "23000" -> constraint(String.valueOf(e.getMessage()));
            case "42S01" -> Failure.of(Failure.Sort.CONFLICT, "another process has made the same table");
            case "54000" ->
                Failure.of(
                        Failure.Sort.INVALID,
                        "D1 takes statements of 100,000 bytes with 100 parameters; ask for less at once");
            case "22001" -> Failure.of(Failure.Sort.INVALID, "D1 takes values and rows of two million bytes as JSON");
            default -> byState(e);
        };
    }
}
