package io.storeway.sql.internal.d1;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/** Makes JDBC interfaces from objects that only have the methods that are used; calls of any others are refused. */
final class Jdbc {

    private Jdbc() {}

    static <T> T as(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, args) -> call(proxy, target, method, args)));
    }

    @SuppressWarnings("ReferenceEquality") // A connection is equal to itself alone.
    private static @Nullable Object call(Object proxy, Object target, Method method, Object @Nullable [] args)
            throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> args != null && proxy == args[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> target.getClass().getSimpleName();
            };
        }
        if (method.getDeclaringClass() == Wrapper.class) {
            return method.getName().equals("isWrapperFor") ? false : proxy;
        }
        try {
            return target.getClass()
                    .getMethod(method.getName(), method.getParameterTypes())
                    .invoke(target, args);
        } catch (NoSuchMethodException e) {
            throw new SQLFeatureNotSupportedException("D1 has no " + method.getName());
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
