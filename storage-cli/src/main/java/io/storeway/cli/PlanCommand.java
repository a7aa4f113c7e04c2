package io.storeway.cli;

import io.storeway.cli.report.JsonReport;
import io.storeway.cli.report.RunReport;
import io.storeway.cli.report.TextReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway plan}. */
@Command(
        name = "plan",
        description = "Says what a migration would find and what would be lost. Copies nothing.",
        mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {

    @Mixin
    private Pair pair = new Pair();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        return pair.with(progress, (source, target, migration) -> {
            RunReport report =
                    RunReport.of(pair.from(), pair.to(), pair.clock().instant()).withPlan(migration.plan());
            progress.done();
            if (json) {
                JsonReport.print(report, spec.commandLine().getOut());
            } else {
                new TextReport(spec.commandLine().getOut()).plan(report);
            }
            return ExitCode.CLEAN;
        });
    }
}
