package io.storeway.migrate.routing.internal.router;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the type variables of base interfaces stand for in an interface, as {@code T} in {@code Books extends Crud<Book>}. */
final class TypeArguments {

    private final Map<TypeVariable<?>, Type> arguments = new HashMap<>();

    TypeArguments(Class<?> type) {
        collect(type);
    }

    private void collect(Class<?> type) {
        for (Type base : type.getGenericInterfaces()) {
            if (base instanceof ParameterizedType given) {
                Class<?> raw = (Class<?>) given.getRawType();
                TypeVariable<?>[] variables = raw.getTypeParameters();
                for (int i = 0; i < variables.length; i++) {
                    arguments.put(variables[i], given.getActualTypeArguments()[i]);
                }
                collect(raw);
            } else {
                collect((Class<?>) base);
            }
        }
    }

    /** The class that a declared type stands for; the erased one where nothing says more. */
    Class<?> resolve(Type declared, Class<?> erased) {
        @Nullable Type type = declared;
        while (type instanceof TypeVariable<?> variable) {
            type = arguments.get(variable);
        }
        if (type instanceof ParameterizedType given) {
            type = given.getRawType();
        }
        return type instanceof Class<?> found ? found : erased;
    }
}
