package io.storeway.observe;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Runs calls, measures them and tells the listeners. */
final class Watch {

    private static final Logger LOG = System.getLogger(Watch.class.getName());

    private final String storage;
    private final List<StorageListener> listeners;
    private final Set<StorageListener> complained = ConcurrentHashMap.newKeySet();

    Watch(String storage, List<StorageListener> listeners) {
        this.storage = storage;
        this.listeners = listeners;
    }

    <R extends @Nullable Object> R run(
            String entity, Operation.Kind kind, Supplier<R> call, ToLongFunction<? super R> rows) {
        OperationEvent event = new OperationEvent();
        event.begin();
        tell(listener -> listener.began(storage, entity, kind));
        long start = System.nanoTime();
        R result;
        try {
            result = call.get();
        } catch (RuntimeException | Error e) {
            ended(new Operation(storage, entity, kind, 0, System.nanoTime() - start, e), event);
            throw e;
        }
        ended(new Operation(storage, entity, kind, rows.applyAsLong(result), System.nanoTime() - start, null), event);
        return result;
    }

    private void ended(Operation operation, OperationEvent event) {
        event.end();
        event.finish(operation);
        tell(listener -> listener.ended(operation));
    }

    private void tell(Consumer<StorageListener> news) {
        for (StorageListener listener : listeners) {
            try {
                news.accept(listener);
            } catch (RuntimeException | Error e) {
                // A listener's exception must not hide the outcome of the call from the caller.
                if (complained.add(listener)) {
                    LOG.log(
                            Level.WARNING,
                            listener.getClass().getName() + ", a listener of the storage " + storage
                                    + ", fails; told once",
                            e);
                }
            }
        }
    }
}
