package io.storeway.sql.internal.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Row;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** JSON trees, lists of scalars and whole rows as JSON text; strict and exact both ways. */
public final class JacksonJson {

    private static final int MAX_DEPTH = 500;
    private static final int MAX_NUMBER_LENGTH = 1000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JacksonJson() {}

    static String write(Json json) {
        checkBounds(json, 0);
        return json.toString();
    }

    /** Refuses JSON that {@link #read} would refuse. */
    public static void checkBounds(Json json, int depth) {
        if (json instanceof Json.Num number
                && number.value().precision() + Math.abs((long) number.value().scale()) > MAX_NUMBER_LENGTH - 20) {
            throw new IllegalArgumentException("a JSON number has too many digits or too great an exponent");
        }
        if (json instanceof Json.Arr || json instanceof Json.Obj) {
            if (depth == MAX_DEPTH) {
                throw new IllegalArgumentException("the JSON is nested more than " + MAX_DEPTH + " deep");
            }
            if (json instanceof Json.Arr array) {
                array.items().forEach(item -> checkBounds(item, depth + 1));
            } else if (json instanceof Json.Obj object) {
                object.members().values().forEach(member -> checkBounds(member, depth + 1));
            }
        }
    }

    public static Json read(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            Json json = tree(parser);
            end(parser);
            return json;
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    static String writeList(FieldType element, List<?> items) {
        return items.stream().map(item -> scalar(element, item)).collect(Collectors.joining(",", "[", "]"));
    }

    static List<Object> readList(FieldType element, String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IllegalArgumentException("the stored text is no JSON array");
            }
            List<Object> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(element.parse(parser.getText()));
            }
            end(parser);
            return List.copyOf(items);
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** The row as an object of its fields by name; a missing value and the hidden position have no member. */
    public static String row(Row row) {
        return row.type().fields().stream()
                .filter(field -> row.get(field.index()) != null)
                .filter(field -> row.type().position().filter(field::equals).isEmpty())
                .map(field -> quote(field.name()) + ":" + value(field.type(), row.get(field.index())))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String value(FieldType type, @Nullable Object value) {
        if (value == null) {
            return "null";
        }
        return switch (type.kind()) {
            case JSON -> value.toString();
            case LIST -> writeList(type.element(), (List<?>) value);
            default -> scalar(type, value);
        };
    }

    /** Writes a scalar: numbers and booleans as {@link FieldType#format} does, which is JSON, all others as strings. */
    private static String scalar(FieldType type, Object value) {
        return switch (type.kind()) {
            case BOOLEAN, INTEGER, LONG, DOUBLE, DECIMAL, INSTANT -> type.format(value);
            default -> quote(type.format(value));
        };
    }

    public static String quote(String text) {
        return new Json.Str(text).toString();
    }

    private static Json tree(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IllegalArgumentException("the stored JSON text is empty");
        }
        return switch (token) {
            case VALUE_NULL -> Json.NULL;
            case VALUE_TRUE -> new Json.Bool(true);
            case VALUE_FALSE -> new Json.Bool(false);
            case VALUE_STRING -> new Json.Str(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Num(new BigDecimal(parser.getText()));
            case START_ARRAY -> {
                List<Json> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(tree(parser));
                }
                yield new Json.Arr(items);
            }
            case START_OBJECT -> {
                Map<String, Json> members = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, tree(parser));
                }
                yield new Json.Obj(members);
            }
            default -> throw new IllegalArgumentException("the stored text is no JSON");
        };
    }

    private static void end(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw new IllegalArgumentException("the stored JSON text goes on behind its end");
        }
    }

    private static IllegalArgumentException malformed(IOException e) {
        return new IllegalArgumentException(
                "the stored text is no JSON that can be read: " + e.getClass().getSimpleName());
    }
}
