package io.storeway.cli;

import io.storeway.migrate.Migration;
import io.storeway.migrate.RunLimits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how far and how fast a run goes. */
final class Pacing {

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);

    @Option(
            names = "--max-duration",
            paramLabel = "TIME",
            description = "End before this time is over, for example PT10M; the next call goes on from there.")
    private @Nullable Duration maxDuration;

    @Option(
            names = "--max-errors",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            description = "End when more items than this have become residue.")
    private long maxErrors;

    @Option(
            names = "--max-error-ratio",
            paramLabel = "R",
            defaultValue = "1",
            description = "End when a greater part of the items than this, from 0 to 1, has become residue.")
    private double maxErrorRatio;

    @Option(
            names = "--max-records-per-second",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            description = "Read no more items a second.")
    private long recordsPerSecond;

    @Option(
            names = "--max-bytes-per-second",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            description = "Read no more bytes of items a second.")
    private long bytesPerSecond;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "1",
            description = {
                "How many threads write (default ${DEFAULT-VALUE}).",
                "Refused where the target takes one writer at a time, as SQLite does."
            })
    private int workers;

    @Option(
            names = "--retries",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "How often a call is made again that failed for a reason that passes (default ${DEFAULT-VALUE}).")
    private int retries;

    Migration.Builder applyTo(Migration.Builder migration) {
        RunLimits limits = new RunLimits(maxDuration, maxErrors, maxErrorRatio, recordsPerSecond, bytesPerSecond);
        return migration.limits(limits).workers(workers).retries(retries, FIRST_WAIT);
    }
}
