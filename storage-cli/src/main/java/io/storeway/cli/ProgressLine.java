package io.storeway.cli;

import io.storeway.cli.report.Timeline;
import io.storeway.migrate.Progress;
import io.storeway.migrate.ProgressListener;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Shows the progress of a run: on a terminal a line that is overwritten, elsewhere a line every five seconds. The {@code
 * storeway} script says by a system property whether there is a terminal.
 */
final class ProgressLine implements ProgressListener {

    private static final long TERMINAL_NANOS = 200_000_000L;
    private static final long PLAIN_NANOS = 5_000_000_000L;

    private final PrintWriter err;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private long shown = start;
    private final Timeline timeline = new Timeline();
    private String step = "";
    private long stepStart = start;

    ProgressLine(PrintWriter err) {
        this.err = err;
        this.terminal = Boolean.getBoolean("storeway.terminal");
    }

    @Override
    public void progress(Phase phase, String entity, long partitions, long items) {
        timeline.progress(phase, entity, partitions, items);
        show(step(phase, entity), items, "items");
    }

    @Override
    public void progress(Progress progress) {
        timeline.progress(progress.phase(), progress.entity(), progress.partitions(), progress.items());
        StringBuilder rest = new StringBuilder();
        progress.done().ifPresent(done -> rest.append(String.format(Locale.ROOT, "  %.0f %%", done * 100)));
        progress.remaining()
                .ifPresent(
                        left -> rest.append("  about ").append(left.toSeconds()).append(" s left"));
        line(step(progress.phase(), progress.entity()), progress.items(), "items", progress.itemsPerSecond(), rest);
    }

    private static String step(Phase phase, String entity) {
        return switch (phase) {
                    case BACKFILL -> "copying ";
                    case VERIFY_SOURCE -> "comparing, source: ";
                    case VERIFY_TARGET -> "comparing, target: ";
                }
                + entity;
    }

    /** The progress so far, for reports. */
    Timeline timeline() {
        return timeline;
    }

    /** Shows the progress of work other than a migration. */
    void show(String what, long count, String unit) {
        long nanos = System.nanoTime();
        if (!what.equals(step)) {
            step = what;
            stepStart = nanos;
        }
        line(what, count, unit, count / Math.max(1e-3, (nanos - stepStart) / 1e9), "");
    }

    private void line(String what, long count, String unit, double rate, CharSequence rest) {
        long nanos = System.nanoTime();
        if (nanos - shown >= (terminal ? TERMINAL_NANOS : PLAIN_NANOS)) {
            shown = nanos;
            String line = String.format(
                    Locale.ROOT,
                    "  %s  %,d %s  %,.0f/s%s  %d s",
                    what,
                    count,
                    unit,
                    rate,
                    rest,
                    (nanos - start) / 1_000_000_000L);
            err.print(terminal ? "\r\u001b[K" + line : line + System.lineSeparator());
            err.flush();
        }
    }

    /** Clears the line. */
    void done() {
        if (terminal) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
