package io.storeway;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What values a field holds. Every backend returns a value equal to the one it was given, or refuses it.
 *
 * <table>
 * <caption>Kinds</caption>
 * <tr><th>kind</th><th>Java</th><th>order</th></tr>
 * <tr><td>text</td><td>String without unpaired surrogates</td><td>by UTF-8 bytes</td></tr>
 * <tr><td>boolean</td><td>Boolean</td><td>false first</td></tr>
 * <tr><td>integer, long</td><td>Integer, Long</td><td>numeric</td></tr>
 * <tr><td>decimal(p,s)</td><td>BigDecimal with at most s decimals and p digits; comes back at scale s</td><td>numeric</td></tr>
 * <tr><td>double</td><td>Double, finite</td><td>numeric</td></tr>
 * <tr><td>instant(unit)</td><td>Instant without a finer part than the unit</td><td>by time</td></tr>
 * <tr><td>date</td><td>LocalDate, years 0001 to 9999</td><td>by time</td></tr>
 * <tr><td>bytes</td><td>byte[]</td><td>unsigned bytes</td></tr>
 * <tr><td>json</td><td>{@link Json}</td><td>none</td></tr>
 * <tr><td>list of a scalar</td><td>List without nulls</td><td>none</td></tr>
 * </table>
 */
public final class FieldType {

    /** The kinds of field. */
    public enum Kind {
        /** Text. */
        TEXT,
        /** True or false. */
        BOOLEAN,
        /** A 32-bit integer. */
        INTEGER,
        /** A 64-bit integer. */
        LONG,
        /** An exact decimal number. */
        DECIMAL,
        /** A finite IEEE 754 double. */
        DOUBLE,
        /** A point in time. */
        INSTANT,
        /** A day without a time zone. */
        DATE,
        /** A sequence of bytes. */
        BYTES,
        /** A JSON tree. */
        JSON,
        /** A list of scalars. */
        LIST
    }

    /** The precision of an instant; an instant's epoch number counts this unit. */
    public enum TimeUnit {
        /** Whole seconds. */
        SECONDS(1_000_000_000),
        /** Milliseconds. */
        MILLIS(1_000_000),
        /** Microseconds. */
        MICROS(1_000);

        private final int nanos;

        TimeUnit(int nanos) {
            this.nanos = nanos;
        }

        /** The length of one unit. */
        public Duration duration() {
            return Duration.ofNanos(nanos);
        }

        /**
         * The number of units since 1970.
         *
         * @throws ArithmeticException if the instant is too far away
         */
        public long toEpoch(Instant instant) {
            long perSecond = 1_000_000_000L / nanos;
            return Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), perSecond), (long) (instant.getNano() / nanos));
        }

        /** The instant that is so many units after 1970. */
        public Instant ofEpoch(long epoch) {
            long perSecond = 1_000_000_000L / nanos;
            return Instant.ofEpochSecond(
                    Math.floorDiv(epoch, perSecond), Math.floorMod(epoch, perSecond) * (long) nanos);
        }
    }

    /** Text of any length. */
    public static final FieldType TEXT = new FieldType(Kind.TEXT, String.class, 0, 0, null, null);
    /** True or false. */
    public static final FieldType BOOLEAN = new FieldType(Kind.BOOLEAN, Boolean.class, 0, 0, null, null);
    /** A 32-bit integer. */
    public static final FieldType INTEGER = new FieldType(Kind.INTEGER, Integer.class, 0, 0, null, null);
    /** A 64-bit integer. */
    public static final FieldType LONG = new FieldType(Kind.LONG, Long.class, 0, 0, null, null);
    /** A finite double. */
    public static final FieldType DOUBLE = new FieldType(Kind.DOUBLE, Double.class, 0, 0, null, null);
    /** A day, years 0001 to 9999. */
    public static final FieldType DATE = new FieldType(Kind.DATE, LocalDate.class, 0, 0, null, null);
    /** Bytes. */
    public static final FieldType BYTES = new FieldType(Kind.BYTES, byte[].class, 0, 0, null, null);
    /** A JSON tree. */
    public static final FieldType JSON = new FieldType(Kind.JSON, Json.class, 0, 0, null, null);

    private final Kind kind;
    private final Class<?> javaType;
    private final int precision;
    private final int scale;
    private final @Nullable TimeUnit unit;
    private final @Nullable FieldType element;

    private FieldType(
            Kind kind,
            Class<?> javaType,
            int precision,
            int scale,
            @Nullable TimeUnit unit,
            @Nullable FieldType element) {
        this.kind = kind;
        this.javaType = javaType;
        this.precision = precision;
        this.scale = scale;
        this.unit = unit;
        this.element = element;
    }

    /**
     * An exact decimal.
     *
     * @param precision the number of digits in all, 1 to 38
     * @param scale how many of them are behind the point, 0 to precision
     */
    public static FieldType decimal(int precision, int scale) {
        if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
            throw new IllegalArgumentException(
                    "decimal(" + precision + "," + scale + "): precision is 1 to 38 and scale 0 to precision");
        }
        return new FieldType(Kind.DECIMAL, BigDecimal.class, precision, scale, null, null);
    }

    /** A point in time with the given precision. */
    public static FieldType instant(TimeUnit unit) {
        return new FieldType(Kind.INSTANT, Instant.class, 0, 0, unit, null);
    }

    /**
     * A list of scalars.
     *
     * @throws IllegalArgumentException if the element is itself a list or JSON
     */
    public static FieldType listOf(FieldType element) {
        if (element.kind == Kind.LIST || element.kind == Kind.JSON) {
            throw new IllegalArgumentException("A list holds scalars, not " + element);
        }
        return new FieldType(Kind.LIST, List.class, 0, 0, null, element);
    }

    /** The kind. */
    public Kind kind() {
        return kind;
    }

    /** The Java class of a value. */
    public Class<?> javaType() {
        return javaType;
    }

    /** The number of digits of a decimal; 0 for other kinds. */
    public int precision() {
        return precision;
    }

    /** The number of decimals of a decimal; 0 for other kinds. */
    public int scale() {
        return scale;
    }

    /**
     * The precision of an instant.
     *
     * @throws IllegalStateException if the kind is not INSTANT
     */
    public TimeUnit unit() {
        if (unit == null) {
            throw new IllegalStateException(this + " has no time unit");
        }
        return unit;
    }

    /**
     * The type of a list's elements.
     *
     * @throws IllegalStateException if the kind is not LIST
     */
    public FieldType element() {
        if (element == null) {
            throw new IllegalStateException(this + " has no elements");
        }
        return element;
    }

    /** Whether values have an order, so that a query may compare and sort by the field. */
    public boolean ordered() {
        return kind != Kind.JSON && kind != Kind.LIST;
    }

    /**
     * The value in its stored form: decimals at the declared scale, lists copied.
     *
     * @throws IllegalArgumentException if the value can't be held exactly; the message says why, without the value
     */
    public Object normalize(Object value) {
        return Values.normalize(this, value);
    }

    /** Compares two values of this type in the order that every backend keeps. */
    public int compare(Object left, Object right) {
        return Values.compare(this, left, right);
    }

    /** The value as text that {@link #parse} can read; used in keys, cursors and reports. */
    public String format(Object value) {
        return Values.format(this, value);
    }

    /**
     * Reads what {@link #format} wrote.
     *
     * @throws IllegalArgumentException if the text is not exactly what format writes for some value
     */
    public Object parse(String text) {
        return Values.parse(this, text);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldType that
                && kind == that.kind
                && precision == that.precision
                && scale == that.scale
                && unit == that.unit
                && (element == null ? that.element == null : element.equals(that.element));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new @Nullable Object[] {kind, precision, scale, unit, element});
    }

    /** The name as written in catalog files, for example {@code decimal(12,2)} or {@code list of text}. */
    @Override
    public String toString() {
        String name = kind.name().toLowerCase(Locale.ROOT);
        return switch (kind) {
            case DECIMAL -> name + "(" + precision + "," + scale + ")";
            case INSTANT -> name + "(" + unit().name().toLowerCase(Locale.ROOT) + ")";
            case LIST -> "list of " + element;
            default -> name;
        };
    }
}
