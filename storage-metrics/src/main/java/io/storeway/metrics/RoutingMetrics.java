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
 * The state of a routed storage's migration, read from the control storage. All are gauges, tagged with {@code migration}.
 *
 * <ul>
 *   <li>{@code storeway.migration.stage}, 1 for the present stage and 0 for the others, tagged with {@code stage}
 *   <li>{@code storeway.migration.percent}, how many percent of the partitions READ_NEW reads from the new storage
 *   <li>{@code storeway.migration.marks}, the number of marks: partitions in which the follower may lack a write
 *   <li>{@code storeway.migration.compared}, {@code storeway.migration.mismatches} and {@code storeway.migration.dropped}, the
 *       shadow reads of all instances in the present epoch; dropped are those that were too many at once or failed
 *   <li>{@code storeway.migration.instances}, the number of instances that hold a lease
 *   <li>{@code storeway.migration.frozen}, 1 while forward moves are refused
 *   <li>{@code storeway.migration.background.failing}, 1 while this instance's background work fails
 * </ul>
 *
 * <p>Reading a gauge reads the control storage, at most every five seconds; if it doesn't answer within two seconds, the value is
 * {@code NaN}. If several routed storages of one migration are bound, the gauges show the one that was bound last.
 *
 * <pre>{@code
 * new RoutingMetrics(routedStorage, "books", Clock.systemUTC()).bindTo(registry);
 * }</pre>
 */
public final class RoutingMetrics implements MeterBinder {

    private static final String PREFIX = "storeway.migration.";
    /** How long an answer is used. */
    private static final Duration LASTING = Duration.ofSeconds(5);

    private final RoutedStorage storage;
    private final String migration;
    private final Sampled<StageStatus> status;

    /**
     * Gauges of a routed storage, which {@link #bindTo} registers.
     *
     * @param migration the name of the migration, as in {@code RoutedStorageBuilder.named}
     * @param clock decides when to read the control storage again
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
        gauge("marks", now -> now.marks().isPresent() ? now.marks().getAsLong() : Double.NaN)
                .register(registry);
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
