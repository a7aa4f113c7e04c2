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
 * Whether several callers may be given the same record object. A Java record itself can't be changed, but the values of its components may
 * be, if their class or a subclass of it allows that.
 */
enum Sharing {

    /** They may: all components are of immutable classes. */
    ALWAYS,
    /** They may if the record keeps the row's own immutable lists and decimals, which has to be checked for each record. */
    IF_KEPT,
    /** They may not: a component may hold something that can be changed. */
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

    /** Whether the class is a final one of java.time; those are immutable. */
    private static boolean isTime(Class<?> component) {
        return component.getPackageName().equals("java.time") && Modifier.isFinal(component.getModifiers());
    }

    /** Whether a component's value can't be changed: a list or a decimal has to be the row's own object. */
    @SuppressWarnings("ReferenceEquality") // The same object is what is asked for.
    static boolean kept(@Nullable Object held, @Nullable Object given) {
        if (held instanceof List<?> list) {
            return held == given && List.copyOf(list) == list && list.stream().noneMatch(byte[].class::isInstance);
        }
        return !(held instanceof BigDecimal) || (held == given && held.getClass() == BigDecimal.class);
    }
}
