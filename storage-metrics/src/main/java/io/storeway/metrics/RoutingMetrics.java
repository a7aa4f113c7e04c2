package io.storeway.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/**
 * Where the migration of a routed storage stands, as the control store says it; all are gauges, tagged with {@code
 * migration}.
 *
 * <ul>
 *   <li>{@code storeway.migration.stage}, 1 for the present stage and 0 for the others, tagged with {@code stage}
 *   <li>{@code storeway.migration.percent} of partitions read from the new storage in READ_NEW
 *   <li>{@code storeway.migration.marks}, partitions that the following storage may lack
 *   <li>{@code storeway.migration.compared}, {@code storeway.migration.mismatches} and {@code storeway.migration.dropped}, shadow reads
 *       under the present epoch; those dropped were too many at once, or met a storage that failed
 *   <li>{@code storeway.migration.instances} whose lease runs
 *   <li>{@code storeway.migration.frozen}, 1 while forward moves are refused
 *   <li>{@code storeway.migration.background.failing}, 1 while this instance's background work fails
 * </ul>
 *
 * <p>The control store is read every five seconds at most, when a gauge is; what it doesn't tell within two is {@code NaN}. Of routed storages of
 * one migration, the one bound last is told of.
 */
public final class RoutingMetrics implements MeterBinder {

    private static final String PREFIX = "storeway.migration.";
    private static final Duration LASTING = Duration.ofSeconds(5);

    private final RoutedStorage storage;
    private final String migration;
    private final Sampled<StageStatus> status;

    /**
     * For a routed storage.
     *
     * @param migration the name it was given
     * @param clock says when to ask again
     */
    public RoutingMetrics(RoutedStorage storage, String migration, Clock clock) {
        this.storage = storage;
        this.migration = migration;
        this.status = new Sampled<>(() -> storage.control().status(), LASTING, clock);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith(PREFIX)
                        && migration.equals(meter.getId().getTag("migration")))
                .forEach(registry::remove);
        for (Stage stage : Stage.values()) {
            gauge("stage", now -> now.stage() == stage ? 1 : 0)
                    .tag("stage", stage.name())
                    .register(registry);
        }
        gauge("percent", StageStatus::percent).register(registry);
        gauge("marks", StageStatus::marks).register(registry);
        gauge("compared", ofAll(StageStatus.Participant::compares)).register(registry);
        gauge("mismatches", ofAll(StageStatus.Participant::mismatches)).register(registry);
        gauge("dropped", ofAll(StageStatus.Participant::dropped)).register(registry);
        gauge("instances", now -> now.instances().size()).register(registry);
        gauge("frozen", now -> now.frozen() ? 1 : 0).register(registry);
        Gauge.builder(
                        PREFIX + "background.failing",
                        storage,
                        routed -> routed.backgroundFailure().isPresent() ? 1 : 0)
                .tag("migration", migration)
                .register(registry);
    }

    private static ToDoubleFunction<StageStatus> ofAll(ToDoubleFunction<StageStatus.Participant> count) {
        return now -> now.instances().stream().mapToDouble(count).sum();
    }

    private Gauge.Builder<Sampled<StageStatus>> gauge(String name, ToDoubleFunction<StageStatus> value) {
        return Gauge.builder(
                        PREFIX + name,
                        status,
                        sampled -> sampled.get().map(value::applyAsDouble).orElse(Double.NaN))
                .tag("migration", migration)
                .strongReference(true);
    }
}
