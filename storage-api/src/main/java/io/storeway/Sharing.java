package io.storeway;

import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether several callers may be given one record. A record can't be changed itself; what its components hold can be, if
 * their class allows it or has subclasses that do.
 */
enum Sharing {

    /** Each component is of a class whose values nobody can change. */
    ALWAYS,
    /** As {@link #ALWAYS}, but for lists and decimals: it has to be seen that the record keeps the row's own. */
    IF_KEPT,
    /** A component may hold what can be changed. */
    NEVER;

    private static final Set<Class<?>> FIXED =
            Set.of(String.class, Boolean.class, Integer.class, Long.class, Double.class, UUID.class, Json.class);

    static Sharing of(RecordComponent... components) {
        return Arrays.stream(components)
                .map(component -> of(component.getType()))
                .max(Sharing::compareTo)
                .orElse(ALWAYS);
    }

    private static Sharing of(Class<?> component) {
        if (component.isPrimitive() || component.isEnum() || FIXED.contains(component) || isTime(component)) {
            return ALWAYS;
        }
        return component == List.class || component == BigDecimal.class ? IF_KEPT : NEVER;
    }

    /** The final classes of java.time are values. */
    private static boolean isTime(Class<?> component) {
        return component.getPackageName().equals("java.time") && Modifier.isFinal(component.getModifiers());
    }

    /** Whether what a component holds can't be changed: if it is a list or a decimal, it has to be the row's own. */
    @SuppressWarnings("ReferenceEquality") // The same object is what is asked for.
    static boolean kept(@Nullable Object held, @Nullable Object given) {
        if (held instanceof List<?> list) {
            return held == given && List.copyOf(list) == list && list.stream().noneMatch(byte[].class::isInstance);
        }
        return !(held instanceof BigDecimal) || (held == given && held.getClass() == BigDecimal.class);
    }
}
