package io.storeway.cli;

import io.storeway.Missing;
import io.storeway.cli.report.TextTable;
import io.storeway.migrate.repair.ResidueRetry;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code storeway errors retry}. */
@Command(
        name = "retry",
        description = {
            "Copies the partitions that have residue again, for example after the source was corrected.",
            "Exit code 2 if there is still residue that nobody has accepted."
        },
        mixinStandardHelpOptions = true)
final class ErrorsRetryCommand implements Callable<Integer> {

    @Mixin
    private Pair pair = new Pair();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        return pair.with(Missing.REFUSE, new ProgressLine(spec.commandLine().getErr()), (source, target, migration) -> {
            List<ResidueRetry.Result> results =
                    ResidueRetry.between(source, target, pair.clock()).run();
            if (results.isEmpty()) {
                out.println("The target has no residue.");
                return ExitCode.CLEAN;
            }
            TextTable table = new TextTable("type", "residue before", "residue now", "partitions skipped");
            results.forEach(result -> table.row(result.entity(), result.before(), result.after(), result.skipped()));
            table.print(out);
            return OpenResidue.exitCode(OpenResidue.count(migration.target()));
        });
    }
}
