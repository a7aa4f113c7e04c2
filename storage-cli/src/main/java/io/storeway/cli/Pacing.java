package io.storeway.cli;

import io.storeway.migrate.Migration;
import io.storeway.migrate.RunLimits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the limits and the speed of a run. */
final class Pacing {

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);

    @Option(
            names = "--max-duration",
            paramLabel = "TIME",
            description = "Stop after this time, for example PT10M; the next call continues from there.")
    private @Nullable Duration maxDuration;

    @Option(
            names = "--max-errors",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            description = "Stop when more than N items have become residue.")
    private long maxErrors;

    @Option(
            names = "--max-error-ratio",
            paramLabel = "R",
            defaultValue = "1",
            description = "Stop when more than this fraction of the items, from 0 to 1, has become residue.")
    private double maxErrorRatio;

    @Option(
            names = "--max-records-per-second",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            description = "Read at most N items per second.")
    private long recordsPerSecond;

    @Option(
            names = "--max-bytes-per-second",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            description = "Read at most N bytes of items per second.")
    private long bytesPerSecond;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "1",
            description = {
                "How many threads write (default ${DEFAULT-VALUE}).",
                "More than one is refused if the target takes one writer at a time, as SQLite does."
            })
    private int workers;

    @Option(
            names = "--retries",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often a call is retried after a temporary failure (default ${DEFAULT-VALUE}).")
    private int retries;

    Migration.Builder applyTo(Migration.Builder migration) {
        RunLimits limits = new RunLimits(maxDuration, maxErrors, maxErrorRatio, recordsPerSecond, bytesPerSecond);
        return migration.limits(limits).workers(workers).retries(retries, FIRST_WAIT);
    }
}
