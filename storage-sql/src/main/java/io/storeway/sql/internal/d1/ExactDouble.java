package io.storeway.sql.internal.d1;

import java.math.BigDecimal;
import java.util.Collections;

/**
 * Writes doubles for an engine that doesn't read every decimal number as the nearest double, such as workerd's SQLite. Integers are read
 * exactly, and multiplied and divided by powers of two exactly.
 */
public final class ExactDouble {

    private static final int MANTISSA_BITS = 52;
    private static final int EXPONENT_OF_ONE = 1_075;
    private static final int SAFE_DIGITS = 15;
    private static final int SAFE_EXPONENT = 22;
    private static final int STEP = 32;
    private static final int[] BITS = {512, 1_024, 1_024, 256, 128, 64, 32};
    private static final String TWO_TO_32 = "4294967296.0";

    private ExactDouble() {}

    /** An SQL expression that is exactly the value, which is finite. */
    public static String literal(double value) {
        String text = Double.toString(value);
        BigDecimal decimal = new BigDecimal(text).stripTrailingZeros();
        // With so few digits and a power of ten that is a double, one multiplication or division is exact.
        if (value == 0 || (decimal.precision() <= SAFE_DIGITS && Math.abs(decimal.scale()) <= SAFE_EXPONENT)) {
            return text;
        }
        StringBuilder sql = new StringBuilder("(" + integer(value) + " * 1.0");
        int exponent = exponent(value);
        String operator = exponent < 0 ? " / " : " * ";
        int left = Math.abs(exponent);
        for (; left >= STEP; left -= STEP) {
            sql.append(operator).append(TWO_TO_32);
        }
        return sql.append(operator).append(1L << left).append(')').toString();
    }

    /** The value as JSON, an array of an integer and an exponent of two, from which {@link #ofJson} makes the same value. */
    public static String json(double value) {
        return "[" + integer(value) + "," + exponent(value) + "]";
    }

    /**
     * The SQL expression for a value that {@link #json} has written.
     *
     * @param json an expression whose value is the array's text, or NULL
     */
    public static String ofJson(String json) {
        String exponent = "(" + json + " ->> 1)";
        String number = "(" + json + " ->> 0) * 1.0";
        return "CASE WHEN " + exponent + " < 0 THEN " + number + steps(" / ", exponent) + " ELSE " + number
                + steps(" * ", exponent) + " END";
    }

    /** Multiplies or divides by two to the exponent's size, by its bits. */
    private static String steps(String operator, String exponent) {
        String size = "abs" + exponent;
        StringBuilder steps = new StringBuilder(operator + "(1 << (" + size + " & " + (STEP - 1) + "))");
        for (int bit : BITS) {
            // Two to the power of 1024 is no double, so that bit needs two steps.
            int times = Math.min(bit, BITS[0]) / STEP;
            steps.append(operator + "CASE WHEN " + size + " & " + bit + " THEN "
                    + String.join(" * ", Collections.nCopies(times, TWO_TO_32)) + " ELSE 1.0 END");
        }
        return steps.toString();
    }

    private static long integer(double value) {
        long bits = Double.doubleToLongBits(value);
        long fraction = bits & ((1L << MANTISSA_BITS) - 1);
        long mantissa = Math.getExponent(value) < Double.MIN_EXPONENT ? fraction : fraction | 1L << MANTISSA_BITS;
        long odd = mantissa >> trailing(mantissa);
        return bits < 0 ? -odd : odd;
    }

    private static int exponent(double value) {
        long bits = Double.doubleToLongBits(value);
        long fraction = bits & ((1L << MANTISSA_BITS) - 1);
        boolean subnormal = Math.getExponent(value) < Double.MIN_EXPONENT;
        long mantissa = subnormal ? fraction : fraction | 1L << MANTISSA_BITS;
        int biased = (int) (bits >>> MANTISSA_BITS) & 0x7ff;
        return Math.max(1, biased) - EXPONENT_OF_ONE + trailing(mantissa);
    }

    private static int trailing(long mantissa) {
        return mantissa == 0 ? 0 : Long.numberOfTrailingZeros(mantissa);
    }
}
