package io.storeway.cli;

import io.storeway.cli.report.JsonReport;
import io.storeway.cli.report.RunReport;
import io.storeway.cli.report.TextReport;
import io.storeway.migrate.routing.RoutingNotes;
import java.util.concurrent.Callable;
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
        return pair.with(progress, (source, target, migration) -> {
            progress.timeline().mark();
            RunReport report =
                    RunReport.of(pair.from(), pair.to(), pair.clock().instant()).withVerification(migration.verify());
            report = report.withTimes(
                    progress.timeline(), RoutingNotes.of(target).history());
            progress.done();
            if (json) {
                JsonReport.print(report, spec.commandLine().getOut());
            } else {
                new TextReport(spec.commandLine().getOut()).result(report);
            }
            reports.write(
                    report,
                    json ? spec.commandLine().getErr() : spec.commandLine().getOut());
            return report.equal() ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
        });
    }
}
