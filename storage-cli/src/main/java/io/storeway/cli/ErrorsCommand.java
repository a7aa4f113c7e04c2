package io.storeway.cli;

import io.storeway.migrate.ResidueItem;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway errors}. */
@Command(
        name = "errors",
        description = "Works on the items that the target keeps as residue.",
        mixinStandardHelpOptions = true,
        subcommands = ErrorsCommand.ListCommand.class)
final class ErrorsCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public void run() {
        throw new picocli.CommandLine.ParameterException(
                spec.commandLine(), "Which command? Try: storeway errors list");
    }

    /** {@code storeway errors list}. */
    @Command(
            name = "list",
            description = "Prints one line for each item: type, key, position, kind, constraint, reason.",
            mixinStandardHelpOptions = true)
    static final class ListCommand implements Callable<Integer> {

        @Mixin
        private Target target = new Target();

        @Option(names = "--payload", description = "Print the raw item too.")
        private boolean payload;

        @Spec
        @SuppressWarnings("NullAway.Init") // Set by picocli.
        private CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            long[] count = new long[1];
            target.with(migration -> {
                migration.residue(item -> {
                    count[0]++;
                    out.println(line(item));
                });
                return count;
            });
            return count[0] == 0 ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
        }

        private String line(ResidueItem item) {
            String constraint = item.residue().constraint();
            return String.join(
                            "\t",
                            item.entity(),
                            item.partition(),
                            String.valueOf(item.residue().position()),
                            item.residue().kind().name(),
                            constraint == null ? "-" : constraint,
                            item.residue().reason())
                    + (payload ? "\t" + new String(item.residue().payload(), StandardCharsets.UTF_8) : "");
        }
    }
}
