package io.storeway.kv.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.storeway.FieldType;
import io.storeway.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes strict JSON by RFC 8259: valid UTF-8 without byte order mark, one value, no repeated member names, at most 1,000
 * levels, and at most 1,000 characters in a number.
 */
public final class StrictJson {

    static final int MAX_DEPTH = 1_000;
    static final int MAX_NUMBER_LENGTH = 1_000;

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .streamWriteConstraints(
                    StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private StrictJson() {}

    /**
     * A parser over bytes that are checked to be UTF-8.
     *
     * @throws UnfitException if they are not, or hold a NUL byte, which no JSON text does
     */
    public static JsonParser parser(byte[] text) throws IOException {
        checkUtf8(text);
        return FACTORY.createParser(text);
    }

    static JsonGenerator generator(ByteArrayOutputStream out) throws IOException {
        return FACTORY.createGenerator(out);
    }

    /**
     * Reads a text as a tree.
     *
     * @throws UnfitException if it is not JSON
     */
    public static Json read(byte[] text) {
        try (JsonParser parser = parser(text)) {
            if (parser.nextToken() == null) {
                throw new UnfitException("the text is empty");
            }
            Json json = tree(parser);
            end(parser);
            return json;
        } catch (IOException e) {
            throw notJson(e);
        }
    }

    /**
     * Checks that a text is one JSON value, whatever its strings and numbers are.
     *
     * @throws UnfitException if it is not
     */
    public static void checkValue(byte[] text) {
        try (JsonParser parser = parser(text)) {
            if (parser.nextToken() == null) {
                throw new UnfitException("the text is empty");
            }
            parser.skipChildren();
            end(parser);
        } catch (IOException e) {
            throw notJson(e);
        }
    }

    /** The text of a tree, without blanks. */
    public static byte[] write(Json json) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator generator = generator(out)) {
            write(generator, json);
        } catch (IOException e) {
            throw new UnfitException("the value can't be written as JSON of at most " + MAX_DEPTH + " levels");
        }
        return out.toByteArray();
    }

    /** Checks that nothing but blanks follows. */
    public static void end(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw new UnfitException("something follows after the end of the JSON text");
        }
    }

    /** Says what is wrong with a text that the parser has refused, without the parser's message, which may contain values. */
    public static UnfitException notJson(IOException e) {
        if (e instanceof com.fasterxml.jackson.core.JsonProcessingException json && json.getLocation() != null) {
            String message = String.valueOf(json.getOriginalMessage());
            String what = message.startsWith("Duplicate field")
                    ? "a member name stands twice in one object"
                    : message.contains("exceeds the maximum")
                            ? "the text is nested deeper than " + MAX_DEPTH + " levels, or a number is longer than "
                                    + MAX_NUMBER_LENGTH
                            : "the text is not JSON";
            return new UnfitException(what + ", near byte " + json.getLocation().getByteOffset());
        }
        return new UnfitException("the text is not JSON");
    }

    /** The value at the parser's current token; the parser is at its last token afterwards. */
    static Json tree(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> Json.NULL;
            case VALUE_TRUE -> new Json.Bool(true);
            case VALUE_FALSE -> new Json.Bool(false);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Num(number(parser));
            case VALUE_STRING -> new Json.Str(fit(parser.getText()));
            case START_ARRAY -> {
                List<Json> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(tree(parser));
                }
                yield new Json.Arr(items);
            }
            case START_OBJECT -> {
                Map<String, Json> members = new LinkedHashMap<>();
                for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                    parser.nextToken();
                    members.put(fit(name), tree(parser));
                }
                yield new Json.Obj(members);
            }
            default -> throw new UnfitException("the text is not JSON");
        };
    }

    private static String fit(String text) {
        try {
            return wellFormed(text);
        } catch (IllegalArgumentException e) {
            throw new UnfitException(String.valueOf(e.getMessage()));
        }
    }

    static void write(JsonGenerator out, Json json) throws IOException {
        if (json instanceof Json.Obj object) {
            out.writeStartObject();
            for (var member : object.members().entrySet()) {
                out.writeFieldName(wellFormed(member.getKey()));
                write(out, member.getValue());
            }
            out.writeEndObject();
        } else if (json instanceof Json.Arr array) {
            out.writeStartArray();
            for (Json item : array.items()) {
                write(out, item);
            }
            out.writeEndArray();
        } else if (json instanceof Json.Str string) {
            out.writeString(wellFormed(string.value()));
        } else if (json instanceof Json.Num number) {
            write(out, number.value());
        } else if (json instanceof Json.Bool bool) {
            out.writeBoolean(bool.value());
        } else {
            out.writeNull();
        }
    }

    static void write(JsonGenerator out, BigDecimal number) throws IOException {
        String text = number.toString();
        if (text.length() > MAX_NUMBER_LENGTH) {
            throw new UnfitException("a number is longer than " + MAX_NUMBER_LENGTH);
        }
        out.writeNumber(text);
    }

    /** The number at the parser's current token. */
    public static BigDecimal number(JsonParser parser) {
        try {
            return parser.getDecimalValue();
        } catch (IOException | NumberFormatException | ArithmeticException e) {
            throw new UnfitException("a number's exponent is too large");
        }
    }

    /**
     * The text.
     *
     * @throws UnfitException if it has an unpaired surrogate
     */
    public static String wellFormed(String text) {
        try {
            return (String) FieldType.TEXT.normalize(text);
        } catch (IllegalArgumentException e) {
            throw new UnfitException(String.valueOf(e.getMessage()));
        }
    }

    /** Checks for UTF-8 without NUL. Most texts are ASCII, which is checked eight bytes at a time: no byte, nor it less one, has the high bit. */
    private static void checkUtf8(byte[] text) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        long high = 0;
        while (bytes.remaining() >= Long.BYTES) {
            long eight = bytes.getLong();
            high |= eight | (eight - ONES);
        }
        while (bytes.hasRemaining()) {
            high |= bytes.get() - 1L;
        }
        if ((high & HIGH_BITS) != 0) {
            checkNotAscii(text);
        }
    }

    private static void checkNotAscii(byte[] text) {
        if (text.length > 2 && text[0] == (byte) 0xef && text[1] == (byte) 0xbb && text[2] == (byte) 0xbf) {
            throw new UnfitException("the text begins with a byte order mark");
        }
        for (byte b : text) {
            if (b == 0) {
                throw new UnfitException("the text holds a NUL byte");
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new UnfitException("the text is not UTF-8");
        }
    }
}
