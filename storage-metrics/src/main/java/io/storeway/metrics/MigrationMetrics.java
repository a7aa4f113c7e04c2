package io.storeway.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.storeway.migrate.Difference;
import io.storeway.migrate.ProgressListener;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The progress of a backfill or a comparison. Thread-safe.
 *
 * <ul>
 *   <li>{@code storeway.backfill.partitions} and {@code storeway.backfill.items}, gauges tagged with {@code phase} and {@code
 *       entity}: how many the run has read so far, in a comparison too. Their rate is the speed of the run. A listener that is
 *       made later for the same registry replaces them.
 *   <li>{@code storeway.verify.differences}, a counter tagged with {@code entity} and {@code kind}: the differences that
 *       comparisons have found
 * </ul>
 *
 * <pre>{@code
 * Migration.from(source).to(target).listener(MigrationMetrics.to(registry)).build().backfill();
 * }</pre>
 */
public final class MigrationMetrics implements ProgressListener {

    /** A pair of gauges: the phase and the entity type that it is for. */
    private record GaugeKey(Phase phase, String entity) {}

    /** The values of a pair of gauges. */
    private record Reached(AtomicLong partitions, AtomicLong items) {}

    private final MeterRegistry registry;
    private final Map<GaugeKey, Reached> reached = new ConcurrentHashMap<>();

    private MigrationMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A listener that registers its meters in the registry. */
    public static MigrationMetrics to(MeterRegistry registry) {
        return new MigrationMetrics(registry);
    }

    @Override
    public void progress(Phase phase, String entity, long partitions, long items) {
        Reached now = reached.computeIfAbsent(new GaugeKey(phase, entity), this::gauges);
        now.partitions.set(partitions);
        now.items.set(items);
    }

    @Override
    public void difference(Difference found) {
        registry.counter(
                        "storeway.verify.differences",
                        "entity",
                        found.entity(),
                        "kind",
                        found.kind().name().toLowerCase(Locale.ROOT))
                .increment();
    }

    private Reached gauges(GaugeKey key) {
        String phase = key.phase.name().toLowerCase(Locale.ROOT);
        Reached start = new Reached(new AtomicLong(), new AtomicLong());
        Tags tags = Tags.of("phase", phase, "entity", key.entity);
        gauge("storeway.backfill.partitions", tags, start.partitions);
        gauge("storeway.backfill.items", tags, start.items);
        return start;
    }

    private void gauge(String name, Tags tags, AtomicLong value) {
        Meters.remove(registry, name, tags);
        Gauge.builder(name, value, AtomicLong::get)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }
}
