package io.storeway.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.storeway.Health;
import io.storeway.Storage;
import java.time.Clock;
import java.time.Duration;

/**
 * The gauge {@code storeway.health}: 0 while a storage is up, 1 while it is degraded, 2 while it is down; tagged with {@code
 * storage}. Reading the gauge checks the storage, at most every fifteen seconds; if it doesn't answer within two seconds, it
 * counts as down. If several storages have the same name, the gauge shows the one that was bound last: {@linkplain
 * io.storeway.observe.ObservedStorage#named name} them.
 *
 * <pre>{@code
 * new HealthMetrics(storage, Clock.systemUTC()).bindTo(registry);
 * }</pre>
 */
public final class HealthMetrics implements MeterBinder {

    /** How long an answer is used. */
    private static final Duration LASTING = Duration.ofSeconds(15);

    private static final int DOWN = 2;

    private final Storage storage;
    private final Sampled<Integer> status;

    /** A gauge of the storage, which {@link #bindTo} registers; the clock decides when to check again. */
    public HealthMetrics(Storage storage, Clock clock) {
        this.storage = storage;
        this.status = new Sampled<>(() -> number(storage.health().status()), LASTING, clock);
    }

    private static int number(Health.Status status) {
        return switch (status) {
            case UP -> 0;
            case DEGRADED -> 1;
            case DOWN -> DOWN;
        };
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Meters.remove(registry, "storeway.health", Tags.of("storage", storage.name()));
        Gauge.builder("storeway.health", status, sampled -> sampled.get().orElse(DOWN))
                .description("0 up, 1 degraded, 2 down")
                .tag("storage", storage.name())
                .strongReference(true)
                .register(registry);
    }
}
