package io.storeway.kv.wrong;

import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.spi.RowStore;
import io.storeway.testkit.call.Interposed;
import io.storeway.testkit.call.StoreCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A defect and the law that is meant to find it.
 *
 * @param name what the storage does wrong
 * @param law the id of the law
 * @param defect puts the defect before a right storage
 */
record WrongStorage(String name, String law, UnaryOperator<Storage> defect) {

    /** Answers a call wrongly, with the help of the right storage. */
    @FunctionalInterface
    interface Defect {
        @Nullable
        Object answer(StoreCall call, Storage right) throws Throwable;
    }

    /** A storage with a defect in some of its calls. */
    static WrongStorage wrong(String name, String law, Defect defect) {
        return new WrongStorage(name, law, right -> Interposed.storage(right, call -> defect.answer(call, right)));
    }

    /** As {@link #wrong} with a defect in the calls of one name. */
    static WrongStorage wrong(String name, String law, String verb, Defect defect) {
        return wrong(
                name, law, (call, right) -> call.verb().equals(verb) ? defect.answer(call, right) : call.proceed());
    }

    /** The rows, keys or states that a call is about: its last argument. */
    @SuppressWarnings("unchecked")
    static <T> List<T> list(StoreCall call) {
        Object last = call.arguments().get(call.arguments().size() - 1);
        return last instanceof List<?> list ? (List<T>) list : List.of();
    }

    /** Makes the call with another last argument. */
    static @Nullable Object proceed(StoreCall call, Object last) throws Throwable {
        List<@Nullable Object> arguments = new ArrayList<>(call.arguments());
        arguments.set(arguments.size() - 1, last);
        return call.proceed(arguments);
    }

    static EntityType<?> type(StoreCall call) {
        return (EntityType<?>) Objects.requireNonNull(call.arguments().get(0));
    }

    /** The rows of the right storage, outside of any unit of work. */
    static RowStore rows(StoreCall call, Storage right) {
        return right.repository(type(call)).rows();
    }

    @Override
    public String toString() {
        return name + " (" + law + ")";
    }
}
