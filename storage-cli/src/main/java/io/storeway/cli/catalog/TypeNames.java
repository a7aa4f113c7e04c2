package io.storeway.cli.catalog;

import io.storeway.FieldType;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of field types in catalog files. */
final class TypeNames {

    private static final Map<String, FieldType> PLAIN = Map.of(
            "text", FieldType.TEXT,
            "boolean", FieldType.BOOLEAN,
            "integer", FieldType.INTEGER,
            "long", FieldType.LONG,
            "double", FieldType.DOUBLE,
            "date", FieldType.DATE,
            "bytes", FieldType.BYTES,
            "json", FieldType.JSON);
    private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d{1,2}), ?(\\d{1,2})\\)");
    private static final Pattern INSTANT = Pattern.compile("instant\\((seconds|millis|micros)\\)");
    private static final String LIST = "list of ";

    private TypeNames() {}

    static FieldType parse(String name) {
        FieldType plain = PLAIN.get(name);
        if (plain != null) {
            return plain;
        }
        if (name.startsWith(LIST)) {
            return FieldType.listOf(parse(name.substring(LIST.length())));
        }
        Matcher decimal = DECIMAL.matcher(name);
        if (decimal.matches()) {
            return FieldType.decimal(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
        }
        Matcher instant = INSTANT.matcher(name);
        if (instant.matches()) {
            return FieldType.instant(FieldType.TimeUnit.valueOf(instant.group(1).toUpperCase(Locale.ROOT)));
        }
        throw new IllegalArgumentException(
                name + " is not a type; write text, boolean, integer, long, decimal(P,S), double,"
                        + " instant(seconds|millis|micros), date, bytes, json, or list of one of the scalars");
    }
}
