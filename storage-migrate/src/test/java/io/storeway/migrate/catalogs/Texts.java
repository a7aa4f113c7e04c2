package io.storeway.migrate.catalogs;

import io.storeway.Field;
import io.storeway.Json;
import io.storeway.Row;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values and records as text: equal if and only if they are equal, and readable whatever they hold. */
final class Texts {

    private Texts() {}

    static String of(@Nullable Object value) {
        if (value instanceof String text) {
            return quoted(text);
        }
        if (value instanceof byte[] bytes) {
            return "x" + HexFormat.of().formatHex(bytes);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Texts::of).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof Json json ? ofJson(json) : String.valueOf(value);
    }

    /** The order of members and the zeros behind a number's digits don't count. */
    private static String ofJson(Json json) {
        if (json instanceof Json.Obj object) {
            Map<String, Json> sorted = new TreeMap<>(object.members());
            return sorted.entrySet().stream()
                    .map(member -> quoted(member.getKey()) + ":" + ofJson(member.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (json instanceof Json.Arr array) {
            return array.items().stream().map(Texts::ofJson).collect(Collectors.joining(",", "[", "]"));
        }
        if (json instanceof Json.Num number) {
            return number.value().stripTrailingZeros().toString();
        }
        if (json instanceof Json.Str text) {
            return quoted(text.value());
        }
        return json instanceof Json.Null ? "json null" : json.toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                quoted.append("\\u%04x".formatted(c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }

    /** The record without its place, which an array renumbers where a table leaves a gap. */
    static String of(Row row) {
        Field<?, ?> position = row.type().position().orElse(null);
        return row.type().fields().stream()
                .filter(field -> !field.equals(position))
                .map(field -> of(row.get(field.index())))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    static String ofRows(List<? extends @Nullable Row> rows) {
        return rows.stream().map(row -> row == null ? "-" : of(row)).collect(Collectors.joining(" ", "[", "]"));
    }
}
