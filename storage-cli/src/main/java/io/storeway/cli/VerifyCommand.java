package io.storeway.cli;

import io.storeway.Missing;
import io.storeway.cli.report.JsonReport;
import io.storeway.cli.report.RunReport;
import io.storeway.cli.report.TextReport;
import io.storeway.migrate.Migration;
import io.storeway.migrate.SelfTestReport;
import io.storeway.migrate.VerifyOptions;
import io.storeway.migrate.routing.RoutingNotes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway verify}. */
@Command(
        name = "verify",
        description = "Compares every partition of both sides, in both directions. The tolerated difference is zero.",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

    @Mixin
    private Pair pair = new Pair();

    @Option(
            names = "--sample",
            paramLabel = "PERCENT",
            description =
                    "Compare about this percentage of the partitions. They are chosen by their keys, so they are the same each time.")
    private @Nullable Double sample;

    @Option(
            names = "--plant",
            paramLabel = "N",
            description =
                    "First test the comparison: alter N partitions (1 to 100) in memory, and fail unless all are found.")
    private @Nullable Integer plant;

    @Mixin
    private Continuous continuous = new Continuous();

    @Mixin
    private ReportFiles reports = new ReportFiles();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        reports.check();
        check();
        if (continuous.asked(sample != null || plant != null || json || reports.asked())) {
            return pair.withTargetThere(
                    continuous.printing(progress),
                    continuous::settings,
                    (source, target, migration) -> continuous.run(migration));
        }
        return pair.with(Missing.REFUSE, progress, (source, target, migration) -> {
            if (plant != null && !findsPlanted(migration, plant, progress)) {
                return ExitCode.FAILED;
            }
            progress.timeline().mark();
            RunReport report = RunReport.of(pair.from(), pair.to(), pair.clock().instant())
                    .withVerification(migration.verify(options()));
            report = report.withTimes(
                    progress.timeline(), RoutingNotes.of(target).history());
            progress.done();
            if (json) {
                JsonReport.print(report, spec.commandLine().getOut());
            } else {
                new TextReport(spec.commandLine().getOut()).result(report);
            }
            int exit = report.equal() ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
            reports.write(
                    report,
                    exit,
                    json ? spec.commandLine().getErr() : spec.commandLine().getOut());
            return exit;
        });
    }

    private void check() {
        if (sample != null && !(sample > 0 && sample <= 100)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--sample must be more than 0 and at most 100, not " + sample);
        }
        if (plant != null && !(plant >= 1 && plant <= 100)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--plant must be from 1 to 100, not " + plant);
        }
    }

    private VerifyOptions options() {
        if (sample == null) {
            return VerifyOptions.FULL;
        }
        int slots = (int) Math.ceil(sample * VerifyOptions.SLOTS / 100);
        return VerifyOptions.FULL.withSlots(0, slots);
    }

    private boolean findsPlanted(Migration migration, int defects, ProgressLine progress) {
        SelfTestReport test = migration.selfTest(defects);
        progress.done();
        spec.commandLine().getErr().printf("self-test: %d of %d planted defects found%n", test.found(), test.planted());
        return test.passed();
    }
}
