package io.storeway;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns a record's value into the stored value and back. Both functions refuse a value with an IllegalArgumentException.
 *
 * @param javaType the class of the record's values, if it is not that of the stored ones
 */
record ValueBinding(
        @Nullable Class<?> javaType, Function<Object, Object> toStored, Function<Object, Object> fromStored) {

    private static final Pattern CANONICAL_UUID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    static final ValueBinding SAME = new ValueBinding(null, value -> value, value -> value);

    /** UUIDs as their canonical text. */
    static final ValueBinding UUID_TEXT = new ValueBinding(UUID.class, Object::toString, text -> uuid((String) text));

    private static UUID uuid(String text) {
        if (!CANONICAL_UUID.matcher(text).matches()) {
            throw new IllegalArgumentException("not the canonical text of a UUID");
        }
        return UUID.fromString(text);
    }

    /** Enum constants by their name. */
    static ValueBinding ofEnum(Class<?> enumClass) {
        Map<Object, Object> byName = Arrays.stream(enumClass.getEnumConstants())
                .collect(Collectors.toMap(
                        constant -> ((Enum<?>) constant).name(),
                        constant -> constant,
                        (a, b) -> a,
                        LinkedHashMap::new));
        return new ValueBinding(enumClass, value -> ((Enum<?>) value).name(), name -> {
            Object constant = byName.get(name);
            if (constant == null) {
                throw new IllegalArgumentException("not a constant of " + enumClass.getSimpleName());
            }
            return constant;
        });
    }

    /** By a converter, which has to return an equal value for every stored one. */
    static <J, V> ValueBinding of(Converter<J, V> converter) {
        @SuppressWarnings("unchecked") // A row holds only values of the field's type.
        Function<Object, Object> fromStored = stored -> given(converter.fromStored((V) stored));
        return new ValueBinding(
                converter.javaType(),
                value -> {
                    Object stored =
                            given(converter.toStored(converter.javaType().cast(value)));
                    Object normal = converter.type().normalize(stored);
                    if (!Objects.deepEquals(fromStored.apply(normal), value)) {
                        throw new IllegalArgumentException("its converter would not give the value back");
                    }
                    return normal;
                },
                fromStored);
    }

    private static Object given(@Nullable Object converted) {
        if (converted == null) {
            throw new IllegalArgumentException("its converter gave null");
        }
        return converted;
    }

    /** The stored form of a value that is given in the record's form or in the stored form. */
    Object keyValue(Object given) {
        return javaType != null && javaType.isInstance(given) ? toStored.apply(given) : given;
    }
}
