package io.storeway;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Derives the fields of an entity type from the components of a Java record. */
final class RecordFields {

    private static final Map<Class<?>, FieldType> TYPES = Map.ofEntries(
            Map.entry(String.class, FieldType.TEXT),
            Map.entry(boolean.class, FieldType.BOOLEAN),
            Map.entry(Boolean.class, FieldType.BOOLEAN),
            Map.entry(int.class, FieldType.INTEGER),
            Map.entry(Integer.class, FieldType.INTEGER),
            Map.entry(long.class, FieldType.LONG),
            Map.entry(Long.class, FieldType.LONG),
            Map.entry(double.class, FieldType.DOUBLE),
            Map.entry(Double.class, FieldType.DOUBLE),
            Map.entry(Instant.class, FieldType.instant(FieldType.TimeUnit.MILLIS)),
            Map.entry(LocalDate.class, FieldType.DATE),
            Map.entry(byte[].class, FieldType.BYTES),
            Map.entry(Json.class, FieldType.JSON));

    private RecordFields() {}

    /** What is known of a field before the type is built; the type is null where it has to be declared. */
    record Draft(String name, @Nullable FieldType type, boolean nullable, ValueBinding binding, List<Object> allowed) {}

    static List<Draft> of(Class<?> recordClass) {
        return Arrays.stream(recordClass.getRecordComponents())
                .map(RecordFields::draft)
                .toList();
    }

    private static Draft draft(RecordComponent component) {
        Class<?> type = component.getType();
        if (type.isEnum()) {
            List<Object> names = Arrays.stream(type.getEnumConstants())
                    .<Object>map(constant -> ((Enum<?>) constant).name())
                    .toList();
            return new Draft(component.getName(), FieldType.TEXT, false, ValueBinding.ofEnum(type), names);
        }
        return new Draft(
                component.getName(), fieldType(component.getGenericType(), type), false, ValueBinding.SAME, List.of());
    }

    private static @Nullable FieldType fieldType(Type generic, Class<?> type) {
        if (type == List.class
                && generic instanceof ParameterizedType list
                && list.getActualTypeArguments()[0] instanceof Class<?> element) {
            FieldType elementType = TYPES.get(element);
            return elementType == null ? null : FieldType.listOf(elementType);
        }
        return TYPES.get(type);
    }
}
