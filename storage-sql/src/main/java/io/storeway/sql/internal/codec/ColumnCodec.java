package io.storeway.sql.internal.codec;

import io.storeway.FieldType;
import io.storeway.Json;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the values of one field are stored in a column.
 *
 * @param sqlType the column's type in a CREATE TABLE
 * @param encode turns a field's value into the one that JDBC binds
 * @param reader reads a column of a result; throws an IllegalArgumentException if the stored value can't be a value of the field
 * @param literal writes an encoded value into SQL text
 * @param limit how many characters or bytes the column holds
 */
public record ColumnCodec(
        String sqlType, Function<Object, Object> encode, Reader reader, Function<Object, String> literal, int limit) {

    ColumnCodec(String sqlType, Function<Object, Object> encode, Reader reader, Function<Object, String> literal) {
        this(sqlType, encode, reader, literal, Integer.MAX_VALUE);
    }

    /** This codec with a limit to the length of values. */
    public ColumnCodec limited(int length) {
        return new ColumnCodec(sqlType, encode, reader, literal, length);
    }

    /** Why the column is too short for a field's value, or null. */
    public @Nullable String tooLong(Object value) {
        if (limit == Integer.MAX_VALUE) {
            return null;
        }
        Object stored = encode.apply(value);
        int length = stored instanceof String text
                ? text.codePointCount(0, text.length())
                : stored instanceof byte[] bytes ? bytes.length : 0;
        return length <= limit
                ? null
                : "an index over the column has room for " + limit
                        + (stored instanceof String ? " characters" : " bytes") + ", and the value has " + length;
    }

    /** How many characters or bytes an encoded value has; 0 where it is neither text nor bytes. */
    public static int length(@Nullable Object stored) {
        return stored instanceof String text ? text.length() : stored instanceof byte[] bytes ? bytes.length : 0;
    }

    /** Reads a column of the current row. */
    @FunctionalInterface
    public interface Reader {
        @Nullable
        Object read(ResultSet rows, int column) throws SQLException;
    }

    private interface LongDecoder {
        Object decode(long stored);
    }

    public @Nullable Object encodeNullable(@Nullable Object value) {
        return value == null ? null : encode.apply(value);
    }

    public static ColumnCodec text(String sqlType, Function<Object, String> quote) {
        return new ColumnCodec(sqlType, value -> value, ResultSet::getString, quote);
    }

    public static ColumnCodec integer(String sqlType) {
        return ofLong(sqlType, value -> ((Integer) value).longValue(), stored -> {
            if (stored != (int) stored) {
                throw new IllegalArgumentException("the stored number needs more than 32 bits");
            }
            return (int) stored;
        });
    }

    public static ColumnCodec longs(String sqlType) {
        return ofLong(sqlType, value -> value, stored -> stored);
    }

    public static ColumnCodec booleanNumber(String sqlType) {
        return ofLong(sqlType, value -> (Boolean) value ? 1L : 0L, stored -> {
            if (stored != 0 && stored != 1) {
                throw new IllegalArgumentException("the stored number is neither 0 nor 1");
            }
            return stored == 1;
        });
    }

    public static ColumnCodec booleans(String sqlType) {
        return new ColumnCodec(
                sqlType,
                value -> value,
                (rows, column) -> {
                    boolean stored = rows.getBoolean(column);
                    return !stored && rows.wasNull() ? null : (Object) stored;
                },
                value -> (Boolean) value ? "TRUE" : "FALSE");
    }

    public static ColumnCodec epoch(String sqlType, FieldType.TimeUnit unit) {
        return ofLong(sqlType, value -> unit.toEpoch((Instant) value), unit::ofEpoch);
    }

    public static ColumnCodec scaled(String sqlType, FieldType type) {
        return ofLong(
                sqlType,
                value -> ((BigDecimal) value).unscaledValue().longValueExact(),
                stored -> type.normalize(BigDecimal.valueOf(stored, type.scale())));
    }

    public static ColumnCodec decimal(String sqlType, FieldType type) {
        return new ColumnCodec(
                sqlType,
                value -> value,
                (rows, column) -> {
                    BigDecimal stored = rows.getBigDecimal(column);
                    return stored == null ? null : type.normalize(stored);
                },
                value -> ((BigDecimal) value).toPlainString());
    }

    public static ColumnCodec doubles(String sqlType, Function<Object, String> literal) {
        return new ColumnCodec(
                sqlType,
                value -> value,
                (rows, column) -> {
                    double stored = rows.getDouble(column);
                    return stored == 0 && rows.wasNull() ? null : FieldType.DOUBLE.normalize(stored);
                },
                literal);
    }

    public static ColumnCodec dateText(String sqlType, Function<Object, String> quote) {
        return new ColumnCodec(
                sqlType,
                Object::toString,
                (rows, column) -> {
                    String stored = rows.getString(column);
                    return stored == null ? null : FieldType.DATE.parse(stored);
                },
                quote);
    }

    public static ColumnCodec date(String sqlType) {
        return new ColumnCodec(
                sqlType,
                value -> value,
                (rows, column) -> {
                    LocalDate stored = rows.getObject(column, LocalDate.class);
                    return stored == null ? null : FieldType.DATE.normalize(stored);
                },
                value -> "DATE '" + value + "'");
    }

    public static ColumnCodec bytes(String sqlType) {
        return bytes(sqlType, value -> "X'" + HexFormat.of().formatHex(value) + "'");
    }

    public static ColumnCodec bytes(String sqlType, Function<byte[], String> literal) {
        return new ColumnCodec(sqlType, value -> value, ResultSet::getBytes, value -> literal.apply((byte[]) value));
    }

    public static ColumnCodec json(String sqlType, Function<Object, String> quote) {
        return new ColumnCodec(
                sqlType,
                value -> JacksonJson.write((Json) value),
                (rows, column) -> {
                    String stored = rows.getString(column);
                    return stored == null ? null : JacksonJson.read(stored);
                },
                quote);
    }

    public static ColumnCodec list(String sqlType, FieldType element, Function<Object, String> quote) {
        return new ColumnCodec(
                sqlType,
                value -> JacksonJson.writeList(element, (List<?>) value),
                (rows, column) -> {
                    String stored = rows.getString(column);
                    return stored == null ? null : JacksonJson.readList(element, stored);
                },
                quote);
    }

    private static ColumnCodec ofLong(String sqlType, Function<Object, Object> encode, LongDecoder decoder) {
        return new ColumnCodec(
                sqlType,
                encode,
                (rows, column) -> {
                    long stored = rows.getLong(column);
                    return stored == 0 && rows.wasNull() ? null : decoder.decode(stored);
                },
                Object::toString);
    }
}
