package io.storeway.sql.internal.d1;

import io.storeway.Json;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a result as a {@link ResultSet}. Integers that may need more than 53 bits come as text, because JSON would round
 * them, and bytes as hexadecimal text.
 */
public final class Rows {

    /** From this number on, an integer in D1's JSON may have been rounded. */
    private static final BigDecimal ROUNDED = BigDecimal.valueOf(1L << 53);
    /** SQL state: a number is out of range. */
    private static final String OUT_OF_RANGE = "22003";

    private static final String NO_COLUMN = "42703";

    private final List<Map<String, Json>> rows;
    private int current = -1;
    private List<Json> values = List.of();
    private boolean wasNull;

    private Rows(List<Map<String, Json>> rows) {
        this.rows = rows;
    }

    static ResultSet of(List<Map<String, Json>> rows) {
        return Jdbc.as(ResultSet.class, new Rows(rows));
    }

    public boolean next() {
        if (current + 1 >= rows.size()) {
            return false;
        }
        current++;
        values = new ArrayList<>(rows.get(current).values());
        return true;
    }

    private @Nullable Json value(int column) throws SQLException {
        if (column < 1 || column > values.size()) {
            throw new SQLException("The result has no column " + column, NO_COLUMN);
        }
        Json value = values.get(column - 1);
        wasNull = value.equals(Json.NULL);
        return wasNull ? null : value;
    }

    private int column(String name) throws SQLException {
        int column = new ArrayList<>(rows.get(current).keySet()).indexOf(name) + 1;
        if (column == 0) {
            throw new SQLException("The result has no column " + name, NO_COLUMN);
        }
        return column;
    }

    public @Nullable String getString(int column) throws SQLException {
        Json value = value(column);
        return value instanceof Json.Str text ? text.value() : value == null ? null : value.toString();
    }

    public @Nullable String getString(String name) throws SQLException {
        return getString(column(name));
    }

    public long getLong(int column) throws SQLException {
        Json value = value(column);
        if (value == null) {
            return 0;
        }
        try {
            if (value instanceof Json.Str text) {
                return Long.parseLong(text.value());
            }
            if (value instanceof Json.Num number && number.value().abs().compareTo(ROUNDED) < 0) {
                return number.value().longValueExact();
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw new SQLException("The value is no integer", OUT_OF_RANGE, e);
        }
        throw new SQLException("The value is no integer that JSON keeps every digit of", OUT_OF_RANGE);
    }

    public int getInt(int column) throws SQLException {
        long value = getLong(column);
        if (value != (int) value) {
            throw new SQLException("The value needs more than 32 bits", OUT_OF_RANGE);
        }
        return (int) value;
    }

    public int getInt(String name) throws SQLException {
        return getInt(column(name));
    }

    public boolean getBoolean(int column) throws SQLException {
        return getLong(column) != 0;
    }

    public boolean getBoolean(String name) throws SQLException {
        return getBoolean(column(name));
    }

    public double getDouble(int column) throws SQLException {
        Json value = value(column);
        if (value == null) {
            return 0;
        }
        if (value instanceof Json.Num number) {
            return number.value().doubleValue();
        }
        throw new SQLException("The value is no number", OUT_OF_RANGE);
    }

    public byte @Nullable [] getBytes(int column) throws SQLException {
        Json value = value(column);
        try {
            return value == null ? null : HexFormat.of().parseHex(((Json.Str) value).value());
        } catch (ClassCastException | IllegalArgumentException e) {
            throw new SQLException("The value is no hexadecimal text", OUT_OF_RANGE, e);
        }
    }

    public boolean wasNull() {
        return wasNull;
    }

    public boolean isClosed() {
        return false;
    }

    public void close() {
        // Nothing is held.
    }
}
