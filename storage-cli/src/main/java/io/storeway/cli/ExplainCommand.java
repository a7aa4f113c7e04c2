package io.storeway.cli;

import io.storeway.EntityType;
import io.storeway.Missing;
import io.storeway.cli.report.PartitionText;
import io.storeway.migrate.repair.Explanation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code storeway explain}. */
@Command(
        name = "explain",
        description = {
            "Shows everything that is known of one partition.",
            "Both sides with their versions, differences, marks of dual writes, residue, acceptances, and the history of"
                    + " stages. Values are left out.",
            "Exit code 2 if the sides differ."
        },
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

    @Mixin
    private Pair pair = new Pair();

    @Option(names = "--type", required = true, paramLabel = "NAME", description = "The entity type.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String type;

    @Parameters(paramLabel = "KEY", description = "The partition key, as errors list and verify print it.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String key;

    @Option(names = "--show-values", description = "Also print the values of records and residue.")
    private boolean showValues;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        return pair.with(Missing.REFUSE, new ProgressLine(spec.commandLine().getErr()), (source, target, migration) -> {
            EntityType<?> found = TypeOption.in(source.catalog(), type, spec);
            Explanation explanation = Explanation.of(source, target, found, key, pair.clock());
            new PartitionText(explanation, showValues).print(spec.commandLine().getOut());
            return explanation.differences().isEmpty() ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
        });
    }
}
