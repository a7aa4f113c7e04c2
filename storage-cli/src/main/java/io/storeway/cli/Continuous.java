package io.storeway.cli;

import io.storeway.cli.report.DifferenceLine;
import io.storeway.migrate.Difference;
import io.storeway.migrate.Migration;
import io.storeway.migrate.Progress;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.RunLimits;
import io.storeway.migrate.VerificationReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of a continuous comparison, and its output. */
final class Continuous {

    private static final long DEFAULT_RATE = 1_000;
    private static final long SECONDS_TO_END = 30;

    @Option(
            names = "--continuous",
            description = {
                "Compare round after round until a signal ends the process, and print each difference as it is found.",
                "The next call continues the round in which this one stopped."
            })
    private boolean continuous;

    @Option(
            names = "--max-duration",
            paramLabel = "TIME",
            description = "With --continuous: stop after this time, for example PT10M.")
    private @Nullable Duration maxDuration;

    @Option(
            names = "--max-records-per-second",
            paramLabel = "N",
            description = "With --continuous: read at most N items per second (default " + DEFAULT_RATE + ").")
    private @Nullable Long recordsPerSecond;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    private boolean different;

    /**
     * Whether a continuous comparison is asked for.
     *
     * @param single whether there is an option that only a single comparison has
     * @throws CommandLine.ParameterException if the options don't go together
     */
    boolean asked(boolean single) {
        if (!continuous && (maxDuration != null || recordsPerSecond != null)) {
            throw misused("--max-duration and --max-records-per-second need --continuous");
        }
        if (continuous && single) {
            throw misused("--continuous can't be combined with --sample, --plant, --report or --json");
        }
        return continuous;
    }

    private CommandLine.ParameterException misused(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    Migration.Builder settings(Migration.Builder migration) {
        RunLimits limits =
                RunLimits.NONE.withRecordsPerSecond(recordsPerSecond == null ? DEFAULT_RATE : recordsPerSecond);
        return migration.limits(maxDuration == null ? limits : limits.withMaxDuration(maxDuration));
    }

    /** A listener that prints each difference, and passes progress on. */
    ProgressListener printing(ProgressListener progress) {
        PrintWriter out = spec.commandLine().getOut();
        return new ProgressListener() {
            @Override
            public void progress(Phase phase, String entity, long partitions, long items) {
                progress.progress(phase, entity, partitions, items);
            }

            @Override
            public void progress(Progress reached) {
                progress.progress(reached);
            }

            @Override
            public void difference(Difference found) {
                different = true;
                out.println(DifferenceLine.of(found));
                out.flush();
            }
        };
    }

    /** Compares until the time is over or a signal ends the process, which then waits until the position is saved. */
    int run(Migration migration) {
        CountDownLatch ended = new CountDownLatch(1);
        Thread onSignal = new Thread(() -> {
            migration.stop();
            await(ended);
        });
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            migration.verifyContinuously(round -> print(round, migration));
        } finally {
            ended.countDown();
            remove(onSignal);
        }
        return different ? ExitCode.DIFFERENCES : ExitCode.CLEAN;
    }

    private void print(VerificationReport round, Migration migration) {
        different |= !round.equal();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "round complete: %,d items of the source, %,d of the target: %s%n",
                round.entities().stream()
                        .mapToLong(VerificationReport.Entity::sourceItems)
                        .sum(),
                round.entities().stream()
                        .mapToLong(VerificationReport.Entity::targetItems)
                        .sum(),
                round.equal() ? "equal" : "DIFFERENT");
        if (out.checkError()) {
            migration.stop(); // The reader has closed the pipe, as head does.
        }
    }

    private static void await(CountDownLatch ended) {
        try {
            if (!ended.await(SECONDS_TO_END, TimeUnit.SECONDS)) {
                return; // A storage hangs; the next call continues at the position that was saved last.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // The process is ending: the hook itself has stopped the comparison.
        }
    }
}
