package io.storeway;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks, orders and formats values by their field type. */
final class Values {

    private static final LocalDate FIRST_DAY = LocalDate.of(1, 1, 1);
    private static final LocalDate LAST_DAY = LocalDate.of(9999, 12, 31);

    private Values() {}

    static Object normalize(FieldType type, Object value) {
        if (!type.javaType().isInstance(value)) {
            throw new IllegalArgumentException(
                    "expected " + type + ", got " + value.getClass().getSimpleName());
        }
        return switch (type.kind()) {
            case TEXT -> wellFormed((String) value);
            case BOOLEAN, INTEGER, LONG, JSON -> value;
            case BYTES -> ((byte[]) value).clone();
            case DECIMAL -> decimal(type, (BigDecimal) value);
            case DOUBLE -> finite((Double) value);
            case INSTANT -> precise(type.unit(), (Instant) value);
            case DATE -> calendar((LocalDate) value);
            case LIST ->
                ((List<?>) value)
                        .stream()
                                .map(item -> {
                                    if (item == null) {
                                        throw new IllegalArgumentException("a list holds no nulls");
                                    }
                                    return normalize(type.element(), item);
                                })
                                .toList();
        };
    }

    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new IllegalArgumentException("the text has an unpaired surrogate at index " + i);
                }
                i++;
            }
        }
        return text;
    }

    /** A decimal at the declared scale. Checks the number of digits first, so that a huge exponent never becomes a huge number. */
    private static BigDecimal decimal(FieldType type, BigDecimal value) {
        if (value.signum() == 0) {
            return BigDecimal.ZERO.setScale(type.scale());
        }
        if ((long) value.precision() - value.scale() > type.precision() - type.scale()) {
            throw new IllegalArgumentException("the number has more digits before the point than " + type);
        }
        long surplus = (long) value.scale() - type.scale();
        if (surplus >= value.precision()) {
            throw new IllegalArgumentException("the number has more decimals than " + type);
        }
        try {
            return value.setScale(type.scale(), RoundingMode.UNNECESSARY);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("the number has more decimals than " + type, e);
        }
    }

    private static Double finite(Double value) {
        if (value.isNaN() || value.isInfinite()) {
            throw new IllegalArgumentException("a double is finite");
        }
        return value;
    }

    private static Instant precise(FieldType.TimeUnit unit, Instant value) {
        long epoch;
        try {
            epoch = unit.toEpoch(value);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("the instant is too far away to be counted in " + unit, e);
        }
        if (!unit.ofEpoch(epoch).equals(value)) {
            throw new IllegalArgumentException("the instant is finer than " + unit
                    + "; truncate it, instant.truncatedTo(ChronoUnit." + unit + ")"
                    + (unit == FieldType.TimeUnit.MICROS
                            ? ""
                            : ", or declare the field with type(…, FieldType.instant(FieldType.TimeUnit.MICROS))"));
        }
        return value;
    }

    private static LocalDate calendar(LocalDate value) {
        if (value.isBefore(FIRST_DAY) || value.isAfter(LAST_DAY)) {
            throw new IllegalArgumentException("a date lies in the years 0001 to 9999");
        }
        return value;
    }

    static int compare(FieldType type, Object left, Object right) {
        return switch (type.kind()) {
            case TEXT -> compareUtf8((String) left, (String) right);
            case BOOLEAN -> ((Boolean) left).compareTo((Boolean) right);
            case INTEGER -> ((Integer) left).compareTo((Integer) right);
            case LONG -> ((Long) left).compareTo((Long) right);
            case DECIMAL -> ((BigDecimal) left).compareTo((BigDecimal) right);
            case DOUBLE -> compareDoubles((Double) left, (Double) right);
            case INSTANT -> ((Instant) left).compareTo((Instant) right);
            case DATE -> ((LocalDate) left).compareTo((LocalDate) right);
            case BYTES -> Arrays.compareUnsigned((byte[]) left, (byte[]) right);
            case JSON, LIST -> throw new IllegalArgumentException(type + " has no order");
        };
    }

    private static int compareDoubles(double left, double right) {
        return left < right ? -1 : left > right ? 1 : 0;
    }

    /** Compares in the order of UTF-8 bytes, which is that of code points; String's own order differs from surrogates on. */
    static int compareUtf8(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean surrogateA = Character.isSurrogate(a);
                boolean surrogateB = Character.isSurrogate(b);
                return surrogateA == surrogateB ? Character.compare(a, b) : surrogateA ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    static boolean equal(FieldType type, Object left, Object right) {
        return switch (type.kind()) {
            case JSON, TEXT, DOUBLE -> left.equals(right);
            case LIST -> Arrays.deepEquals(((List<?>) left).toArray(), ((List<?>) right).toArray());
            default -> compare(type, left, right) == 0;
        };
    }

    /** A hash that is the same for equal stored values. */
    static int hash(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return hashOfAll(list);
        }
        return value instanceof byte[] bytes ? Arrays.hashCode(bytes) : Objects.hashCode(value);
    }

    /** A hash that is the same for values that are equal one by one. */
    static int hashOfAll(List<? extends @Nullable Object> values) {
        int hash = 1;
        for (Object value : values) {
            hash = 31 * hash + hash(value);
        }
        return hash;
    }

    static String format(FieldType type, Object value) {
        return switch (type.kind()) {
            case DECIMAL -> ((BigDecimal) value).toPlainString();
            case INSTANT -> Long.toString(type.unit().toEpoch((Instant) value));
            case BYTES -> Base64.getUrlEncoder().withoutPadding().encodeToString((byte[]) value);
            case LIST -> throw new IllegalArgumentException(type + " has no text form");
            default -> value.toString();
        };
    }

    static Object parse(FieldType type, String text) {
        Object value;
        try {
            value = switch (type.kind()) {
                case TEXT -> text;
                case BOOLEAN -> Boolean.valueOf(text);
                case INTEGER -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case DECIMAL -> new BigDecimal(text);
                case DOUBLE -> Double.valueOf(text);
                case INSTANT -> type.unit().ofEpoch(Long.parseLong(text));
                case DATE -> LocalDate.parse(text);
                case BYTES -> Base64.getUrlDecoder().decode(text);
                case JSON, LIST -> throw new IllegalArgumentException(type + " has no text form");
            };
        } catch (NumberFormatException | DateTimeException e) {
            throw new IllegalArgumentException("the text is not a value of " + type, e);
        }
        Object normal = normalize(type, value);
        if (!format(type, normal).equals(text)) {
            throw new IllegalArgumentException("the text is not the one form of a value of " + type + form(type));
        }
        return normal;
    }

    /** What distinguishes that form from others of the same value. */
    private static String form(FieldType type) {
        return type.kind() == FieldType.Kind.DECIMAL ? ", which has " + type.scale() + " decimals and no exponent" : "";
    }
}
