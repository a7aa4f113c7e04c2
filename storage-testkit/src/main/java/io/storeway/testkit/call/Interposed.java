package io.storeway.testkit.call;

import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.RowStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores and storages with an {@link Interceptor} before them. Dynamic proxies do it, so that a verb that the interfaces
 * get later is intercepted too. Questions about the store itself, such as its name, and closing it are not.
 */
public final class Interposed {

    private static final Set<String> QUIET = Set.of(
            "name",
            "identity",
            "maxKeyBytes",
            "counter",
            "durable",
            "readOnly",
            "catalog",
            "capabilities",
            "joinsTransactions",
            "writesSideBySide",
            "backend",
            "indexed",
            "carried",
            "expect",
            "close",
            "toString",
            "hashCode",
            "equals");

    private Interposed() {}

    /** The store behind the interceptor. */
    public static KeyValueStore store(KeyValueStore inner, Interceptor interceptor) {
        return before(KeyValueStore.class, inner, interceptor);
    }

    /**
     * The storage behind the interceptor: each call of its repositories, those of units of work included, each unit and
     * each call of its replica. Its health is found out by reads that meet the interceptor.
     */
    public static Storage storage(Storage inner, Interceptor interceptor) {
        return before(Storage.class, inner, interceptor);
    }

    private static <S> S before(Class<S> type, S inner, Interceptor interceptor) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Handler(inner, interceptor)));
    }

    private record Handler(Object inner, Interceptor interceptor) implements InvocationHandler {

        @Override
        public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given)
                throws Throwable {
            List<@Nullable Object> arguments = given == null ? List.of() : Arrays.asList(given);
            String name = method.getName();
            if (QUIET.contains(name)) {
                return call(method, arguments);
            }
            return switch (name) {
                case "repository" -> layered((Repository<?>) present(call(method, arguments)));
                case "replica" ->
                    before(ReplicaStore.class, (ReplicaStore) present(call(method, arguments)), interceptor);
                case "run" -> InvocationHandler.invokeDefault(proxy, method, given);
                case "health" ->
                    interceptor.around(StoreCall.of(
                            name, arguments, others -> InvocationHandler.invokeDefault(proxy, method, given)));
                case "transact" ->
                    interceptor.around(StoreCall.of(
                            name,
                            arguments,
                            others -> call(method, List.of(unit((Function<?, ?>) present(others.get(0)))))));
                default -> interceptor.around(StoreCall.of(name, arguments, others -> call(method, others)));
            };
        }

        private Repository<?> layered(Repository<?> repository) {
            return repository.through(rows -> before(RowStore.class, rows, interceptor));
        }

        private <U extends UnitOfWork> Function<U, @Nullable Object> unit(Function<?, ?> given) {
            @SuppressWarnings("unchecked")
            Function<U, @Nullable Object> work = (Function<U, @Nullable Object>) given;
            return unit -> {
                @SuppressWarnings("unchecked")
                Class<U> type = (Class<U>)
                        (unit instanceof ReplicaStore.ReplicaUnit ? ReplicaStore.ReplicaUnit.class : UnitOfWork.class);
                Object result = work.apply(before(type, unit, interceptor));
                commitPoint();
                return result;
            };
        }

        private void commitPoint() {
            try {
                interceptor.around(StoreCall.of("commit", List.of(), nothing -> null));
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("An interceptor threw a checked exception at a commit", e);
            }
        }

        private @Nullable Object call(Method method, List<@Nullable Object> arguments) throws Throwable {
            try {
                return method.invoke(inner, arguments.toArray());
            } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }

        private static Object present(@Nullable Object value) {
            if (value == null) {
                throw new NullPointerException("a store's answer or argument is null");
            }
            return value;
        }
    }
}
