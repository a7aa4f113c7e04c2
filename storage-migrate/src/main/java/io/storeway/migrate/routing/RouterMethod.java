package io.storeway.migrate.routing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** How calls of one method of a repository interface are routed; immutable. */
final class RouterMethod {

    private final boolean writes;
    private final boolean keyed;
    private final int argument;
    private final List<Method> parts;

    private RouterMethod(boolean writes, boolean keyed, int argument, List<Method> parts) {
        this.writes = writes;
        this.keyed = keyed;
        this.argument = argument;
        this.parts = parts;
    }

    /**
     * A method that reads or writes by a key.
     *
     * @param key see {@link Reads#key()}
     * @throws IllegalArgumentException if the key names nothing, or the method answers before it is done
     */
    static RouterMethod of(Method method, boolean writes, String key) {
        Class<?> result = method.getReturnType();
        if (Future.class.isAssignableFrom(result)
                || CompletionStage.class.isAssignableFrom(result)
                || Flow.Publisher.class.isAssignableFrom(result)) {
            throw new IllegalArgumentException(
                    name(method) + " answers before it is done, with a " + result.getSimpleName()
                            + "; nobody could tell when both sides have a write. Route a method that waits");
        }
        if (key.isEmpty() && writes) {
            throw new IllegalArgumentException(
                    name(method) + " writes and names no key; name a parameter, or Writes.ANY");
        }
        if (key.isEmpty() || key.equals(Writes.ANY)) {
            return new RouterMethod(writes, false, -1, List.of());
        }
        String[] path = key.split("\\.", -1);
        int argument = argument(method, path[0]);
        List<Method> parts = new ArrayList<>();
        Class<?> type = method.getParameterTypes()[argument];
        for (int i = 1; i < path.length; i++) {
            Method part = part(method, type, path[i]);
            parts.add(part);
            type = part.getReturnType();
        }
        return new RouterMethod(writes, true, argument, List.copyOf(parts));
    }

    private static int argument(Method method, String given) {
        Parameter[] parameters = method.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            if (given.equals(String.valueOf(i))
                    || (parameters[i].isNamePresent() && parameters[i].getName().equals(given))) {
                return i;
            }
        }
        throw new IllegalArgumentException(name(method) + " has no parameter " + given
                + "; write its number from 0 on, or compile the interface with -parameters");
    }

    private static Method part(Method method, Class<?> type, String given) {
        String getter = "get" + given.substring(0, 1).toUpperCase(Locale.ROOT) + given.substring(1);
        for (String candidate : List.of(given, getter)) {
            for (Method part : type.getMethods()) {
                if (part.getParameterCount() == 0 && part.getName().equals(candidate)) {
                    part.trySetAccessible();
                    return part;
                }
            }
        }
        throw new IllegalArgumentException("The key of " + name(method) + ": " + type.getSimpleName()
                + " has no public " + given + "() or " + getter + "()");
    }

    static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    boolean writes() {
        return writes;
    }

    /** The routing key of a call, or null if the method works across keys. */
    @Nullable
    String key(@Nullable Object @Nullable [] arguments) {
        if (!keyed || arguments == null) {
            return null;
        }
        @Nullable Object value = arguments[argument];
        try {
            for (Method part : parts) {
                value = value == null ? null : part.invoke(value);
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("The routing key can't be read", e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("The routing key can't be read", e.getCause());
        }
        if (value == null) {
            throw new IllegalArgumentException("The routing key of a call is null; nothing was called");
        }
        return value.toString();
    }
}
