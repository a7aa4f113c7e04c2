package io.storeway.metrics;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.storeway.observe.Operation;
import io.storeway.observe.StorageListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Makes each call of an observed storage an observation, which traces show as a span such as {@code notes insert} below the span
 * of the request. The calls of a unit of work are below the unit's span.
 *
 * <p>The observation is {@code storeway.call}, with the low-cardinality values {@code storage}, {@code entity}, {@code
 * operation} and {@code outcome}, which is {@code ok} or the name of the exception. It holds no key and no value. Use it for
 * traces; for metrics, {@link StorageMetrics} costs less and also counts rows. Thread-safe; one object may listen to several
 * storages.
 *
 * <pre>{@code
 * Storage storage = ObservedStorage.of(Storages.open(uri, catalog), StorageObservations.to(observationRegistry));
 * }</pre>
 */
public final class StorageObservations implements StorageListener {

    private static final String NAME = "storeway.call";

    /** A call that has begun. The same thread closes its scope, whether or not that is the current scope of the registry. */
    private record Call(Observation observation, Observation.Scope scope) {}

    private static final Call NONE = new Call(Observation.NOOP, Observation.Scope.NOOP);

    /** The calls that this thread is in, the innermost first, because calls end in the reverse of the order in which they began. */
    private final ThreadLocal<Deque<Call>> calls = ThreadLocal.withInitial(ArrayDeque::new);

    private final ObservationRegistry registry;

    private StorageObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** A listener that reports to the registry. */
    public static StorageObservations to(ObservationRegistry registry) {
        return new StorageObservations(registry);
    }

    @Override
    public void began(String storage, String entity, Operation.Kind kind) {
        String operation = kind.name().toLowerCase(Locale.ROOT);
        Call call = NONE;
        try {
            Observation observation = Observation.createNotStarted(NAME, registry)
                    .contextualName(entity + " " + operation)
                    .lowCardinalityKeyValue("storage", storage)
                    .lowCardinalityKeyValue("entity", entity)
                    .lowCardinalityKeyValue("operation", operation)
                    .start();
            call = new Call(observation, observation.openScope());
        } finally {
            calls.get().push(call);
        }
    }

    @Override
    public void ended(Operation operation) {
        Deque<Call> begun = calls.get();
        Call call = begun.poll();
        if (begun.isEmpty()) {
            calls.remove();
        }
        if (call == null) {
            return;
        }
        call.scope.close();
        Observation observation = call.observation;
        observation.lowCardinalityKeyValue("outcome", operation.failure().orElse("ok"));
        if (operation.error() != null) {
            observation.error(operation.error());
        }
        observation.stop();
    }
}
