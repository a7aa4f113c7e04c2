package io.storeway.sql;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Objects of JDBC whose calls a test sees. */
final class Observed {

    private Observed() {}

    /** The target, whose answers go through a function of the method's name. */
    static <T> T proxy(
            Class<T> type, @Nullable Object target, BiFunction<String, @Nullable Object, @Nullable Object> after) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return after.apply(method.getName(), method.invoke(target, arguments));
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                }));
    }
}
