package io.storeway.testkit.history;

import io.storeway.error.UnknownOutcomeException;
import io.storeway.testkit.history.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Records the operations of concurrent clients, which make each call through one of the methods here. A call that throws {@link
 * UnknownOutcomeException} or an Error has an unknown outcome; one that throws another exception did not happen and is left
 * out. The exception is thrown on to the client. Thread-safe.
 *
 * <p>Values are compared by equals. Write unique ones, so that each read shows which write it saw.
 *
 * <pre>{@code
 * history.write("k", 1, () -> store.put("k", 1));            // in one thread
 * history.read("k", () -> store.get("k"));                   // in another
 * Linearizability.check(history.operations());               // when both have ended
 * }</pre>
 */
public final class History {

    private final AtomicLong time = new AtomicLong();
    private final List<Operation> operations = new ArrayList<>();

    /** An empty history. */
    public History() {}

    /**
     * Runs and records a read.
     *
     * @throws Exception what the call throws
     */
    public <V> @Nullable V read(String key, Callable<? extends @Nullable V> call) throws Exception {
        long invoked = time.incrementAndGet();
        V value = call.call();
        add(new Operation(key, Kind.READ, null, value, invoked, time.incrementAndGet()));
        return value;
    }

    /**
     * Runs and records a write; the value null is a deletion.
     *
     * @throws Exception what the call throws
     */
    public void write(String key, @Nullable Object value, Callable<?> call) throws Exception {
        record(key, Kind.WRITE, null, value, () -> {
            call.call();
            return true;
        });
    }

    /**
     * Runs and records a write on the condition that the key has the expected value; null expects none.
     *
     * @param call returns whether the condition was met
     * @throws Exception what the call throws
     */
    public boolean compareAndSet(String key, @Nullable Object expected, @Nullable Object value, Callable<Boolean> call)
            throws Exception {
        return record(key, Kind.COMPARE_AND_SET, expected, value, call);
    }

    private boolean record(
            String key, Kind kind, @Nullable Object expected, @Nullable Object value, Callable<Boolean> call)
            throws Exception {
        long invoked = time.incrementAndGet();
        try {
            boolean done = call.call();
            Kind seen = done ? kind : Kind.COMPARE_FAILED;
            add(new Operation(key, seen, expected, value, invoked, time.incrementAndGet()));
            return done;
        } catch (UnknownOutcomeException | Error e) {
            add(new Operation(key, kind, expected, value, invoked, Operation.NEVER));
            throw e;
        }
    }

    private synchronized void add(Operation operation) {
        operations.add(operation);
    }

    /** What was recorded so far. */
    public synchronized List<Operation> operations() {
        return List.copyOf(operations);
    }
}
