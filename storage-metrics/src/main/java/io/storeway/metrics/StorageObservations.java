package io.storeway.metrics;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.storeway.observe.Operation;
import io.storeway.observe.StorageListener;
import java.util.Locale;

/**
 * Makes each call of an observed storage an observation, so that a trace shows it: a span {@code notes insert} below that of
 * the request, and the calls of a unit of work below the unit's.
 *
 * <p>The observation is {@code storeway.call}, with the low-cardinality values {@code storage}, {@code entity}, {@code
 * operation} and {@code outcome}, which is {@code ok} or the name of the exception. It names no key and no value. Use it for
 * traces; {@link StorageMetrics} counts rows too and costs less. Thread-safe; one object serves several storages.
 *
 * <pre>{@code
 * Storage storage = ObservedStorage.of(Storages.open(uri, catalog), StorageObservations.to(observationRegistry));
 * }</pre>
 */
public final class StorageObservations implements StorageListener {

    private static final String NAME = "storeway.call";

    private static final class CallContext extends Observation.Context {}

    private final ObservationRegistry registry;

    private StorageObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** A listener that tells the registry. */
    public static StorageObservations to(ObservationRegistry registry) {
        return new StorageObservations(registry);
    }

    @Override
    public void began(String storage, String entity, Operation.Kind kind) {
        String operation = kind.name().toLowerCase(Locale.ROOT);
        Observation.createNotStarted(NAME, CallContext::new, registry)
                .contextualName(entity + " " + operation)
                .lowCardinalityKeyValue("storage", storage)
                .lowCardinalityKeyValue("entity", entity)
                .lowCardinalityKeyValue("operation", operation)
                .start()
                .openScope();
    }

    @Override
    public void ended(Operation operation) {
        // The call's own scope, as calls end on their thread in the reverse of the order in which they began.
        Observation.Scope scope = registry.getCurrentObservationScope();
        if (scope == null || !(scope.getCurrentObservation().getContext() instanceof CallContext)) {
            return;
        }
        Observation observation = scope.getCurrentObservation();
        scope.close();
        observation.lowCardinalityKeyValue("outcome", operation.failure().orElse("ok"));
        if (operation.error() != null) {
            observation.error(operation.error());
        }
        observation.stop();
    }
}
