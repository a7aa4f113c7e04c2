package io.storeway.sql.internal.codec;

import io.storeway.FieldType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.Function;

/**
 * Decimals too wide for a 64-bit integer, as text that sorts in the order of the numbers: the unscaled value plus 10^precision, in
 * precision + 1 digits. So numbers from zero on begin with 1, negative ones with 0.
 */
public final class DecimalText {

    /** So many digits always fit into a 64-bit integer. */
    private static final int DIGITS_OF_LONG = 18;

    private DecimalText() {}

    public static boolean needed(FieldType type) {
        return type.kind() == FieldType.Kind.DECIMAL && type.precision() > DIGITS_OF_LONG;
    }

    public static ColumnCodec codec(String sqlType, FieldType type, Function<Object, String> quote) {
        BigInteger zero = BigInteger.TEN.pow(type.precision());
        return new ColumnCodec(
                sqlType,
                value -> {
                    String digits =
                            zero.add(((BigDecimal) value).unscaledValue()).toString();
                    return "0".repeat(type.precision() + 1 - digits.length()) + digits;
                },
                (rows, column) -> {
                    String stored = rows.getString(column);
                    return stored == null ? null : decode(stored, zero, type);
                },
                quote);
    }

    private static Object decode(String stored, BigInteger zero, FieldType type) {
        boolean digits = stored.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || stored.length() != type.precision() + 1) {
            throw new IllegalArgumentException("the stored text is no " + type);
        }
        return type.normalize(new BigDecimal(new BigInteger(stored).subtract(zero), type.scale()));
    }
}
