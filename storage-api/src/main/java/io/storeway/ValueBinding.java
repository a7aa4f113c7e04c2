package io.storeway;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How a record's component value becomes the stored value and back; enums are stored by name. */
record ValueBinding(Function<Object, Object> toStored, Function<Object, Object> fromStored) {

    static final ValueBinding SAME = new ValueBinding(value -> value, value -> value);

    static ValueBinding ofEnum(Class<?> enumClass) {
        Map<Object, Object> byName = Arrays.stream(enumClass.getEnumConstants())
                .collect(Collectors.toMap(
                        constant -> ((Enum<?>) constant).name(),
                        constant -> constant,
                        (a, b) -> a,
                        LinkedHashMap::new));
        return new ValueBinding(value -> ((Enum<?>) value).name(), name -> {
            Object constant = byName.get(name);
            if (constant == null) {
                throw new IllegalArgumentException("not a constant of " + enumClass.getSimpleName());
            }
            return constant;
        });
    }

    Object toStored(Object value) {
        return toStored.apply(value);
    }

    Object fromStored(Object value) {
        return fromStored.apply(value);
    }
}
