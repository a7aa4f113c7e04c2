package io.storeway.migrate.routing.internal.router;

import io.storeway.migrate.routing.Reads;
import io.storeway.migrate.routing.Writes;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.Buffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How calls of one method of a repository interface are routed; immutable. */
public final class RouterMethod {

    /** Types of arguments that the first side would use up, so that the second one finds nothing in them. */
    private static final List<Class<?>> READ_ONCE = List.of(
            Iterator.class,
            Enumeration.class,
            BaseStream.class,
            InputStream.class,
            Readable.class,
            ReadableByteChannel.class,
            Buffer.class);

    private static final ClassValue<Boolean> HAS_TEXT = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            try {
                return type.getMethod("toString").getDeclaringClass() != Object.class;
            } catch (NoSuchMethodException e) {
                return false;
            }
        }
    };

    private final Method method;
    private final boolean writes;
    private final boolean keyed;
    private final int argument;
    private final List<Method> parts;

    private RouterMethod(Method method, boolean writes, boolean keyed, int argument, List<Method> parts) {
        this.method = method;
        this.writes = writes;
        this.keyed = keyed;
        this.argument = argument;
        this.parts = parts;
    }

    /**
     * The rule for a method.
     *
     * @param repository the interface, which may say what type variables of the method's own interface stand for
     * @param key see {@link Reads#key()}
     * @throws IllegalArgumentException if the key names nothing or an array, the method returns before its work is done, it writes an
     *     argument that can be read only once, or it may not be called from here
     */
    public static RouterMethod of(Class<?> repository, Method method, boolean writes, String key) {
        TypeArguments arguments = new TypeArguments(repository);
        Class<?> result = arguments.resolve(method.getGenericReturnType(), method.getReturnType());
        if (asynchronous(result)) {
            throw new IllegalArgumentException(
                    name(method) + " answers before it is done, with a " + result.getSimpleName()
                            + "; nobody could tell when both sides have a write. Route a method that waits");
        }
        requireAccess(method, name(method));
        Class<?>[] parameters = method.getParameterTypes();
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = arguments.resolve(method.getGenericParameterTypes()[i], parameters[i]);
        }
        for (Class<?> parameter : parameters) {
            if (writes && READ_ONCE.stream().anyMatch(once -> once.isAssignableFrom(parameter))) {
                throw new IllegalArgumentException(name(method) + " writes what can be read once, of type "
                        + parameter.getSimpleName() + "; the second side would find it used up. Route a method that"
                        + " takes a collection or an array");
            }
        }
        if (key.isEmpty() && writes) {
            throw new IllegalArgumentException(
                    name(method) + " writes and names no key; name a parameter, or Writes.ANY");
        }
        if (key.isEmpty() || key.equals(Writes.ANY)) {
            return new RouterMethod(method, writes, false, -1, List.of());
        }
        String[] path = key.split("\\.", -1);
        int argument = argument(method, path[0]);
        List<Method> parts = new ArrayList<>();
        Class<?> type = parameters[argument];
        for (int i = 1; i < path.length; i++) {
            Method part = part(method, type, path[i]);
            parts.add(part);
            type = part.getReturnType();
        }
        if (type.isArray()) {
            throw new IllegalArgumentException("The key of " + name(method)
                    + " is an array, which has no text; name a part of it, or write Writes.ANY");
        }
        return new RouterMethod(method, writes, true, argument, List.copyOf(parts));
    }

    /** Whether a method with this result returns before its work is done. Publishers of reactive libraries are known by name. */
    private static boolean asynchronous(@Nullable Class<?> result) {
        return result != null
                && (Future.class.isAssignableFrom(result)
                        || CompletionStage.class.isAssignableFrom(result)
                        || Flow.Publisher.class.isAssignableFrom(result)
                        || result.getName().equals("org.reactivestreams.Publisher")
                        || asynchronous(result.getSuperclass())
                        || Arrays.stream(result.getInterfaces()).anyMatch(RouterMethod::asynchronous));
    }

    static void requireAccess(Method method, String what) {
        if (!method.trySetAccessible()) {
            throw new IllegalArgumentException(what + " can't be called from here; open the package "
                    + method.getDeclaringClass().getPackageName() + " to the module io.storeway.migrate");
        }
    }

    private static int argument(Method method, String given) {
        Parameter[] parameters = method.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            if (given.equals(String.valueOf(i))
                    || (parameters[i].isNamePresent() && parameters[i].getName().equals(given))) {
                return i;
            }
        }
        boolean named = parameters.length > 0 && parameters[0].isNamePresent();
        throw new IllegalArgumentException(name(method) + " has no parameter " + given
                + (named
                        ? "; it has "
                                + Stream.of(parameters).map(Parameter::getName).collect(Collectors.joining(", "))
                        : "; write its number from 0 on, or compile the interface with -parameters"));
    }

    private static Method part(Method method, Class<?> type, String given) {
        String getter = "get" + given.substring(0, 1).toUpperCase(Locale.ROOT) + given.substring(1);
        for (String candidate : List.of(given, getter)) {
            for (Method part : type.getMethods()) {
                if (part.getParameterCount() == 0 && part.getName().equals(candidate)) {
                    requireAccess(part, "The key of " + name(method));
                    return part;
                }
            }
        }
        throw new IllegalArgumentException("The key of " + name(method) + ": " + type.getSimpleName()
                + " has no public " + given + "() or " + getter + "()");
    }

    public static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    /** Calls it on a side. */
    @Nullable
    Object call(Object side, @Nullable Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(side, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    String name() {
        return name(method);
    }

    public boolean writes() {
        return writes;
    }

    /** The text of a call's routing key, or null if the method works across keys. */
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
            throw new IllegalStateException("The routing key of " + name() + " can't be read", e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("The routing key of " + name() + " can't be read", e.getCause());
        }
        if (value == null) {
            throw new IllegalArgumentException("The routing key of " + name() + " is null; nothing was called");
        }
        if (!HAS_TEXT.get(value.getClass())) {
            throw new IllegalArgumentException("The routing key of " + name() + " is of "
                    + value.getClass().getName() + ", whose toString says nothing of its value; nothing was called."
                    + " Name a part of it, or write Writes.ANY");
        }
        return value.toString();
    }
}
