package io.storeway.kv.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.NumberOutput;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.layout.KeyValueLayout.Form;
import io.storeway.layout.KeyValueLayout.Place;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads and writes the values of one field in the form that its layout says. A value that is read is written again as the same text:
 * text for a number, a date or bytes has to be in the value's normal form, and a number must not have more digits than the field keeps.
 * Only ISO instants are read in every form in UTC, and written in one form.
 */
final class FieldCodec {

    private static final DateTimeFormatter ISO_SECONDS = iso(0);
    private static final DateTimeFormatter ISO_MILLIS = iso(3);
    private static final DateTimeFormatter ISO_MICROS = iso(6);

    /** A decimal with no more digits is the shortest form of the double as which it is read, except near the ends of the range. */
    private static final int SAFE_DIGITS = 15;

    private final FieldType type;
    private final Form form;
    private final long plusMillis;

    FieldCodec(FieldType type, Place place) {
        this.type = type;
        this.form = place.form();
        this.plusMillis = place.plusMillis();
    }

    private static DateTimeFormatter iso(int digits) {
        return new DateTimeFormatterBuilder()
                .appendInstant(digits)
                .toFormatter()
                .withZone(ZoneOffset.UTC);
    }

    /**
     * The value at the current token, which is not null.
     *
     * @throws IllegalArgumentException if it is no value of the field; the parser may then be anywhere within it
     */
    Object read(JsonParser parser) throws IOException {
        try {
            return plusMillis == 0
                    ? read(type, form, parser)
                    : type.normalize(((Instant) read(type, form, parser)).plusMillis(plusMillis));
        } catch (DateTimeException | ArithmeticException e) {
            throw new UnfitException("the instant can't be read, or is too far away");
        }
    }

    private static Object read(FieldType type, Form form, JsonParser parser) throws IOException {
        if (form == Form.STRING) {
            return type.parse(text(parser, type));
        }
        return switch (type.kind()) {
            case TEXT ->
                form == Form.STRING_OR_INTEGER && parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                        ? parser.getText()
                        : StrictJson.wellFormed(text(parser, type));
            case BOOLEAN -> bool(parser);
            case INTEGER -> {
                long value = integer(parser, type);
                if (value != (int) value) {
                    throw new UnfitException("the number is outside the range of " + type);
                }
                yield (int) value;
            }
            case LONG -> integer(parser, type);
            case DECIMAL -> decimal(parser, type);
            case DOUBLE -> number(parser);
            case INSTANT ->
                form == Form.ISO
                        ? iso(parser, type)
                        : type.normalize(type.unit().ofEpoch(integer(parser, type)));
            case DATE -> type.parse(text(parser, type));
            case BYTES -> base64(parser, type);
            case JSON -> StrictJson.tree(parser);
            case LIST -> list(parser, type);
        };
    }

    private static String text(JsonParser parser, FieldType type) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw expected("a string", type, parser);
        }
        return parser.getText();
    }

    private static Boolean bool(JsonParser parser) {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw expected("true or false", FieldType.BOOLEAN, parser);
        };
    }

    private static long integer(JsonParser parser, FieldType type) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw expected("a whole number", type, parser);
        }
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new UnfitException("the number is outside the range of " + type);
        }
        return parser.getLongValue();
    }

    private static BigDecimal decimal(JsonParser parser, FieldType type) throws IOException {
        if (!parser.currentToken().isNumeric()) {
            throw expected("a number", type, parser);
        }
        // Stripped first: rescaling a number with a huge exponent would build all of its zeros.
        BigDecimal stripped = StrictJson.number(parser).stripTrailingZeros();
        if (stripped.scale() > type.scale()) {
            throw new UnfitException("the number has more decimals than " + type);
        }
        return (BigDecimal) type.normalize(stripped);
    }

    private static Double number(JsonParser parser) throws IOException {
        if (!parser.currentToken().isNumeric()) {
            throw expected("a number", FieldType.DOUBLE, parser);
        }
        double value = parser.getDoubleValue();
        if (Double.isInfinite(value)) {
            throw new UnfitException("the number is outside the range of double");
        }
        double size = Math.abs(value);
        boolean exact = parser.getTextLength() <= SAFE_DIGITS && size > 1e-200 && size < 1e200;
        if (!exact && new BigDecimal(NumberOutput.toString(value, true)).compareTo(StrictJson.number(parser)) != 0) {
            throw new UnfitException("the number has more digits than a double keeps");
        }
        return value;
    }

    private static Instant iso(JsonParser parser, FieldType type) throws IOException {
        String text = text(parser, type);
        if (!text.endsWith("Z") && !text.endsWith("+00:00")) {
            throw new UnfitException("an instant is written in UTC and ends with Z or +00:00");
        }
        return (Instant) type.normalize(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
    }

    private static Object base64(JsonParser parser, FieldType type) throws IOException {
        String text = text(parser, type);
        try {
            return type.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UnfitException("bytes are written as base64 with the URL-safe alphabet and without padding");
        }
    }

    private static List<Object> list(JsonParser parser, FieldType type) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw expected("an array", type, parser);
        }
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(read(type.element(), Form.NATURAL, parser));
        }
        return List.copyOf(items);
    }

    private static UnfitException expected(String what, FieldType type, JsonParser parser) {
        String found = switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "a whole number";
            case VALUE_NUMBER_FLOAT -> "a number with a fraction or exponent";
            case VALUE_NULL -> "null";
            default -> "true or false";
        };
        return new UnfitException("expected " + what + " for " + type + ", found " + found);
    }

    /**
     * Writes a value.
     *
     * @throws IllegalArgumentException if the form can't hold it exactly
     */
    void write(JsonGenerator out, Object value) throws IOException {
        try {
            write(out, type, form, plusMillis == 0 ? value : ((Instant) value).minusMillis(plusMillis));
        } catch (DateTimeException | ArithmeticException e) {
            throw new UnfitException("the instant is too far away to be written");
        }
    }

    private static void write(JsonGenerator out, FieldType type, Form form, Object value) throws IOException {
        if (form == Form.STRING) {
            out.writeString(type.format(value));
            return;
        }
        switch (type.kind()) {
            case TEXT -> out.writeString((String) value);
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case INTEGER -> out.writeNumber((Integer) value);
            case LONG -> out.writeNumber((Long) value);
            case DECIMAL -> out.writeNumber(((BigDecimal) value).toPlainString());
            case DOUBLE -> out.writeNumber((Double) value);
            case INSTANT -> {
                if (form == Form.ISO) {
                    out.writeString(isoFormat(type.unit()).format((Instant) value));
                } else {
                    out.writeNumber(type.unit().toEpoch((Instant) value));
                }
            }
            case DATE, BYTES -> out.writeString(type.format(value));
            case JSON -> StrictJson.write(out, (Json) value);
            case LIST -> {
                out.writeStartArray();
                for (Object item : (List<?>) value) {
                    write(out, type.element(), Form.NATURAL, item);
                }
                out.writeEndArray();
            }
        }
    }

    private static DateTimeFormatter isoFormat(FieldType.TimeUnit unit) {
        return switch (unit) {
            case SECONDS -> ISO_SECONDS;
            case MILLIS -> ISO_MILLIS;
            case MICROS -> ISO_MICROS;
        };
    }
}
