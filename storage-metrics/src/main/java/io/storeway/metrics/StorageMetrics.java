package io.storeway.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.storeway.observe.Operation;
import io.storeway.observe.StorageListener;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Times and counts the calls of an observed storage.
 *
 * <ul>
 *   <li>{@code storeway.operation}, a timer with the percentiles 50, 90 and 99, tagged with {@code storage}, {@code entity},
 *       {@code operation} and {@code outcome}, which is {@code ok} or the name of the exception
 *   <li>{@code storeway.rows}, a counter of rows read and written, tagged with {@code storage}, {@code entity} and {@code
 *       operation}
 * </ul>
 *
 * <p>The number of meters is bounded: tags hold names of entity types and exceptions, never a key or a value. Thread-safe; one
 * object may listen to several storages.
 *
 * <pre>{@code
 * Storage storage = ObservedStorage.of(Storages.open(uri, catalog), StorageMetrics.to(registry));
 * }</pre>
 */
public final class StorageMetrics implements StorageListener {

    /** The tags of a call. */
    private record Call(String storage, String entity, Operation.Kind kind, String outcome) {}

    private record CallMeters(Timer timer, Counter rows) {}

    private final MeterRegistry registry;
    private final Map<Call, CallMeters> meters = new ConcurrentHashMap<>();

    private StorageMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A listener that registers its meters in the registry. */
    public static StorageMetrics to(MeterRegistry registry) {
        return new StorageMetrics(registry);
    }

    @Override
    public void ended(Operation operation) {
        Call call = new Call(
                operation.storage(),
                operation.entity(),
                operation.kind(),
                operation.failure().orElse("ok"));
        CallMeters found = meters.computeIfAbsent(call, this::meters);
        found.timer.record(operation.nanos(), TimeUnit.NANOSECONDS);
        found.rows.increment((double) operation.rows());
    }

    private CallMeters meters(Call call) {
        String operation = call.kind.name().toLowerCase(Locale.ROOT);
        return new CallMeters(
                Timer.builder("storeway.operation")
                        .description("Calls to a storage")
                        .publishPercentiles(0.5, 0.9, 0.99)
                        .tags("storage", call.storage, "entity", call.entity)
                        .tags("operation", operation, "outcome", call.outcome)
                        .register(registry),
                Counter.builder("storeway.rows")
                        .description("Rows that were read or written")
                        .tags("storage", call.storage, "entity", call.entity, "operation", operation)
                        .register(registry));
    }
}
