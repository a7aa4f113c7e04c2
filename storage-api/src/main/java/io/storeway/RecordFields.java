package io.storeway;

import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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

    /**
     * A field before the type is built.
     *
     * @param component the class of the record's component, or null if there is no record
     * @param type the type, or null if it has to be declared
     */
    record Draft(
            String name,
            @Nullable Class<?> component,
            @Nullable FieldType type,
            boolean nullable,
            ValueBinding binding,
            List<Object> allowed) {

        /** A field of a type without a record. */
        static Draft of(String name, FieldType type) {
            return new Draft(name, null, type, false, ValueBinding.SAME, List.of());
        }

        /** A field whose values the converter turns into stored ones. */
        Draft converted(Converter<?, ?> converter) {
            return new Draft(name, component, converter.type(), nullable, ValueBinding.of(converter), List.of());
        }

        Draft typed(FieldType declared) {
            return new Draft(name, component, declared, nullable, binding, allowed);
        }

        Draft missing() {
            return new Draft(name, component, type, true, binding, allowed);
        }

        /** Whether the component can't be null. */
        boolean primitive() {
            return component != null && component.isPrimitive();
        }

        /** Whether the component's class can hold values of a type. Not for converted fields, whose type the converter gives. */
        boolean takes(FieldType declared) {
            return component == null
                    || (binding.javaType() != null ? declared.equals(type) : wrapped(component) == declared.javaType());
        }

        /** Whether the component's class is that of the converter's values. */
        boolean holds(Converter<?, ?> converter) {
            return component != null && wrapped(component) == converter.javaType();
        }

        private static Class<?> wrapped(Class<?> type) {
            return MethodType.methodType(type).wrap().returnType();
        }
    }

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
            return new Draft(component.getName(), type, FieldType.TEXT, false, ValueBinding.ofEnum(type), names);
        }
        if (type == UUID.class) {
            return new Draft(component.getName(), type, FieldType.TEXT, false, ValueBinding.UUID_TEXT, List.of());
        }
        return new Draft(
                component.getName(),
                type,
                fieldType(component.getGenericType(), type),
                false,
                ValueBinding.SAME,
                List.of());
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
