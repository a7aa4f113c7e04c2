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
 * Puts an {@link Interceptor} in front of a store or a storage. It uses dynamic proxies, so methods that the interfaces get later
 * are intercepted, too. Calls that only ask about the store, such as its name, and closing it are not intercepted.
 */
public final class Interposed {

    /** Methods that go to the store without the interceptor. */
    private static final Set<String> NOT_INTERCEPTED = Set.of(
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
     * The storage behind the interceptor, which gets each call of its repositories and of its replica, also within units of work,
     * and each unit itself. {@code health()} is made of intercepted reads.
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
            if (NOT_INTERCEPTED.contains(name)) {
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
