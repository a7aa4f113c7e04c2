package io.storeway.migrate.internal.run;

import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.Progress;
import io.storeway.migrate.ProgressListener;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Computes the progress of one run from its counts: the rate, the part done, the time left. Not thread-safe. */
public final class Meter {

    /** The time left is told from this part on. */
    private static final double LEAST_PART = 0.01;
    /** The rate is an average over about so many seconds. */
    private static final double RATE_SECONDS = 5;

    private final Timer timer;
    private final @Nullable MigrationPlan plan;
    private final double total;
    private final long start;
    private @Nullable String step;
    private double before;
    private double ofStep;
    private double atStart = -1;
    private long lastNanos;
    private long lastItems;
    private double rate;
    /** The share of the rate that was measured; the rest is the zero that it started with. */
    private double weights;

    /**
     * Starts.
     *
     * @param passes how often the run goes over each type
     */
    public Meter(Timer timer, @Nullable MigrationPlan plan, int passes) {
        this.timer = timer;
        this.plan = plan;
        this.total = plan == null
                ? 0
                : passes
                        * plan.entities().stream()
                                .mapToDouble(MigrationPlan.Entity::units)
                                .sum();
        this.start = timer.nanos();
        this.lastNanos = start;
    }

    /** Begins an entity type, at its start or where an earlier run has stopped. */
    public void begin(ProgressListener.Phase phase, String entity, long partitions, long items) {
        before += ofStep;
        ofStep = units(entity);
        step = phase + entity;
        lastItems = items;
        if (atStart < 0) {
            atStart = share(entity, partitions, items);
        }
    }

    public Progress at(ProgressListener.Phase phase, String entity, long partitions, long items) {
        if (!(phase + entity).equals(step)) {
            begin(phase, entity, 0, 0);
        }
        long now = timer.nanos();
        double seconds = Math.max(1e-9, (now - lastNanos) / 1e9);
        double weight = 1 - Math.exp(-seconds / RATE_SECONDS);
        rate += weight * ((items - lastItems) / seconds - rate);
        weights += weight * (1 - weights);
        lastNanos = now;
        lastItems = items;
        double part = total == 0 ? 0 : Math.min(1, (before + share(entity, partitions, items)) / total);
        return new Progress(
                phase,
                entity,
                partitions,
                items,
                rate / weights,
                total == 0 ? OptionalDouble.empty() : OptionalDouble.of(part),
                remaining(now, part));
    }

    private Optional<Duration> remaining(long now, double part) {
        double here = part - Math.max(0, atStart) / Math.max(1, total);
        return total == 0 || here < LEAST_PART
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) ((now - start) * (1 - part) / here)));
    }

    /** How many units of the plan are done. They are keys if the source tells their size, otherwise rows. */
    private double share(String entity, long partitions, long items) {
        long size = plan == null
                ? 0
                : plan.entities().stream()
                        .filter(line -> line.entity().equals(entity))
                        .mapToLong(MigrationPlan.Entity::bytes)
                        .sum();
        return Math.min(units(entity), (double) (size > 0 ? partitions : items));
    }

    private double units(String entity) {
        return plan == null
                ? 0
                : plan.entities().stream()
                        .filter(line -> line.entity().equals(entity))
                        .mapToDouble(MigrationPlan.Entity::units)
                        .sum();
    }
}
