package io.storeway.cli;

import io.storeway.Missing;
import io.storeway.cli.report.DryRunText;
import io.storeway.cli.report.JsonReport;
import io.storeway.cli.report.RunReport;
import io.storeway.cli.report.TextReport;
import io.storeway.migrate.DryRunReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway plan}. */
@Command(
        name = "plan",
        description =
                "Shows what a migration would copy, what the target would refuse and what would be lost. Writes nothing.",
        mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {

    @Mixin
    private Pair pair = new Pair();

    @Option(names = "--quick", description = "Only count records; don't check which of them the target would refuse.")
    private boolean quick;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        return pair.with(Missing.ALLOW, progress, (source, target, migration) -> {
            RunReport start = RunReport.of(pair.from(), pair.to(), pair.clock().instant());
            DryRunReport dryRun = quick ? null : migration.dryRun();
            RunReport report = start.withPlan(dryRun == null ? migration.plan() : dryRun.plan());
            progress.done();
            if (json) {
                JsonReport.print(report, dryRun, spec.commandLine().getOut());
            } else {
                new TextReport(spec.commandLine().getOut()).plan(report);
                if (dryRun != null) {
                    DryRunText.print(dryRun, spec.commandLine().getOut());
                }
            }
            return dryRun == null || dryRun.residue() == 0 ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
        });
    }
}
