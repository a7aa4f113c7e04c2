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
 * How far a backfill or a comparison has come: the gauges {@code storeway.backfill.partitions} and {@code
 * storeway.backfill.items}, tagged with {@code phase} and {@code entity}. Their rate is the speed of the run; a later listener to the same
 * registry takes them over. The counter {@code
 * storeway.verify.differences}, tagged with {@code entity} and {@code kind}, counts what comparisons have found.
 */
public final class MigrationMetrics implements ProgressListener {

    private record Place(Phase phase, String entity) {}

    private record Reached(AtomicLong partitions, AtomicLong items) {}

    private final MeterRegistry registry;
    private final Map<Place, Reached> reached = new ConcurrentHashMap<>();

    private MigrationMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A listener whose meters are in the registry. */
    public static MigrationMetrics to(MeterRegistry registry) {
        return new MigrationMetrics(registry);
    }

    @Override
    public void progress(Phase phase, String entity, long partitions, long items) {
        Reached now = reached.computeIfAbsent(new Place(phase, entity), this::gauges);
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

    private Reached gauges(Place place) {
        String phase = place.phase.name().toLowerCase(Locale.ROOT);
        Reached start = new Reached(new AtomicLong(), new AtomicLong());
        Tags tags = Tags.of("phase", phase, "entity", place.entity);
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
