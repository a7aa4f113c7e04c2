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
 * {@code storeway.health}, a gauge: 0 while a storage is well, 1 while it is degraded, 2 while it is down; tagged with {@code
 * storage}. The storage is asked every fifteen seconds at most, when the gauge is read; one that doesn't answer within two
 * seconds counts as down. Of storages of one name, the one bound last is told of: {@linkplain
 * io.storeway.observe.ObservedStorage#named name} them.
 */
public final class HealthMetrics implements MeterBinder {

    private static final Duration LASTING = Duration.ofSeconds(15);

    private static final int DOWN = 2;

    private final Storage storage;
    private final Sampled<Integer> status;

    /** For a storage; the clock says when to ask again. */
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
