package io.storeway.cli.report;

import io.storeway.migrate.ProgressListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** Records the progress of a run, in bounded memory however long the run takes. Thread-safe. */
public final class Timeline implements ProgressListener {

    /** The most samples of a step. When they are reached, neighbours are joined, so each one stands for twice as many pages. */
    private static final int SAMPLES = 240;

    private final LongSupplier nanos;
    private long start;
    private long last;
    private final Map<String, Draft> steps = new LinkedHashMap<>();

    /** A timeline that begins now. */
    public Timeline() {
        this(System::nanoTime);
    }

    Timeline(LongSupplier nanos) {
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.last = start;
    }

    /**
     * A part of a run.
     *
     * @param phase what was done, in lower case
     * @param entity the entity type
     * @param from seconds since the run began
     * @param samples in the order of time, at least one
     */
    public record Step(String phase, String entity, double from, List<Sample> samples) {
        /** Copies the list. */
        public Step {
            samples = List.copyOf(samples);
        }

        /** Seconds since the run began. */
        public double to() {
            return samples.get(samples.size() - 1).at();
        }

        /** How many items were read. */
        public long items() {
            return samples.get(samples.size() - 1).items();
        }
    }

    /**
     * A sample: some consecutive pages of a step.
     *
     * @param at seconds since the run began
     * @param items of the step so far
     * @param mean milliseconds a page took
     * @param slowest milliseconds the slowest page took
     */
    public record Sample(double at, long items, double mean, double slowest) {}

    /** Says that the next step begins now, and the run itself if no step has begun. */
    public synchronized void mark() {
        last = nanos.getAsLong();
        start = steps.isEmpty() ? last : start;
    }

    @Override
    public synchronized void progress(Phase phase, String entity, long partitions, long items) {
        long now = nanos.getAsLong();
        steps.computeIfAbsent(phase + " " + entity, name -> new Draft(phase, entity, last))
                .page(now, items);
        last = now;
    }

    /** The steps, in the order in which they began. */
    public synchronized List<Step> steps() {
        return steps.values().stream().map(draft -> draft.step(start)).toList();
    }

    /** Consecutive pages that count as one sample; times in nanoseconds. */
    private record Pages(long end, long items, long count, long total, long slowest) {

        Pages with(Pages next) {
            return new Pages(
                    next.end,
                    Math.max(items, next.items),
                    count + next.count,
                    total + next.total,
                    Math.max(slowest, next.slowest));
        }

        Sample sample(long start) {
            return new Sample((end - start) / 1e9, items, total / 1e6 / count, slowest / 1e6);
        }
    }

    /** A step under way. */
    private static final class Draft {
        private final Phase phase;
        private final String entity;
        private final long from;
        private final List<Pages> samples = new ArrayList<>();
        private long last;
        private long items;
        /** How many pages a sample stands for. */
        private long pagesPerSample = 1;

        Draft(Phase phase, String entity, long from) {
            this.phase = phase;
            this.entity = entity;
            this.from = from;
            this.last = from;
        }

        void page(long now, long itemsSoFar) {
            items = Math.max(items, itemsSoFar);
            Pages page = new Pages(now, items, 1, now - last, now - last);
            last = now;
            int newest = samples.size() - 1;
            if (newest >= 0 && samples.get(newest).count < pagesPerSample) {
                samples.set(newest, samples.get(newest).with(page));
                return;
            }
            if (samples.size() == SAMPLES) {
                for (int i = 0; i < SAMPLES / 2; i++) {
                    samples.set(i, samples.get(2 * i).with(samples.get(2 * i + 1)));
                }
                samples.subList(SAMPLES / 2, SAMPLES).clear();
                pagesPerSample *= 2;
            }
            samples.add(page);
        }

        Step step(long start) {
            return new Step(
                    phase.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    entity,
                    (from - start) / 1e9,
                    samples.stream().map(pages -> pages.sample(start)).toList());
        }
    }
}
