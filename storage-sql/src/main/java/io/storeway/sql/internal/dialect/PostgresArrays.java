package io.storeway.sql.internal.dialect;

import io.storeway.FieldType;
import io.storeway.Row;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Many values as one array for each column, so that PostgreSQL gets one statement text whatever their number. */
final class PostgresArrays {

    /** About how large the texts and bytes of a statement of several rows are at most. */
    private static final int MOST_CHARACTERS = 16 * 1024 * 1024;

    private PostgresArrays() {}

    /** A question mark that takes an array of values of the type. */
    static String parameter(FieldType type) {
        return switch (type.kind()) {
            case TEXT, JSON, LIST -> "?::text[]";
            case BOOLEAN -> "?::boolean[]";
            case INTEGER, LONG, INSTANT -> "?::bigint[]";
            case DECIMAL -> "?::numeric[]";
            case DOUBLE -> "?::double precision[]";
            case DATE -> "?::date[]";
            case BYTES -> "?::bytea[]";
        };
    }

    /** An expression that turns arrays of these types into rows. */
    static String unnest(List<FieldType> types) {
        return types.stream().map(PostgresArrays::parameter).collect(Collectors.joining(", ", "unnest(", ")"));
    }

    /** Encoded values of the type as JDBC binds them to a {@link #parameter}. */
    static Object of(FieldType type, @Nullable Object[] values) {
        return switch (type.kind()) {
            case TEXT, JSON, LIST -> Arrays.copyOf(values, values.length, String[].class);
            case BOOLEAN -> Arrays.copyOf(values, values.length, Boolean[].class);
            case INTEGER, LONG, INSTANT -> Arrays.copyOf(values, values.length, Long[].class);
            case DOUBLE -> Arrays.copyOf(values, values.length, Double[].class);
            case BYTES -> Arrays.copyOf(values, values.length, byte[][].class);
            case DECIMAL, DATE ->
                Arrays.stream(values).map(PostgresArrays::text).toArray(String[]::new);
        };
    }

    private static @Nullable String text(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
    }

    /** Binds the first of the rows to {@link #unnest} of a table's columns, and returns how many it has bound. */
    static int bind(Table table, PreparedStatement statement, List<Row> rows) throws SQLException {
        int width = table.columns().size();
        List<@Nullable Object[]> columns = new ArrayList<>(width);
        for (int i = 0; i < width; i++) {
            columns.add(new @Nullable Object[rows.size()]);
        }
        int count = 0;
        long characters = 0;
        while (count < rows.size() && (count == 0 || characters < MOST_CHARACTERS)) {
            for (int i = 0; i < width; i++) {
                Object value = table.encoded(rows.get(count), i);
                columns.get(i)[count] = value;
                characters +=
                        value instanceof String text ? text.length() : value instanceof byte[] bytes ? bytes.length : 0;
            }
            count++;
        }
        for (int i = 0; i < width; i++) {
            FieldType type = table.type().fields().get(i).type();
            statement.setObject(i + 1, of(type, Arrays.copyOf(columns.get(i), count)));
        }
        return count;
    }
}
