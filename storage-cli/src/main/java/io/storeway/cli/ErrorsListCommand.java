package io.storeway.cli;

import io.storeway.Missing;
import io.storeway.cli.report.Visible;
import io.storeway.migrate.Acceptance;
import io.storeway.migrate.ResidueItem;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway errors list}. */
@Command(
        name = "list",
        description = {
            "Prints one line per item: type, key, position, kind, constraint, reason, and who accepted it and why.",
            "Exit code 2 if there is an item that nobody has accepted."
        },
        mixinStandardHelpOptions = true)
final class ErrorsListCommand implements Callable<Integer> {

    @Mixin
    private Target target = new Target();

    @Option(
            names = "--payload",
            description = "Also print the raw item, with control characters replaced; errors export keeps them.")
    private boolean payload;

    @Option(names = "--open", description = "Leave out accepted items.")
    private boolean openOnly;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        long[] open = new long[1];
        return target.with(Missing.REFUSE, migrated -> {
            migrated.residue(item -> {
                Optional<Acceptance> acceptance = migrated.acceptance(item);
                open[0] += acceptance.isPresent() ? 0 : 1;
                if (!openOnly || acceptance.isEmpty()) {
                    out.println(line(item, acceptance));
                }
            });
            return open[0] == 0 ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
        });
    }

    private String line(ResidueItem item, Optional<Acceptance> acceptance) {
        String constraint = item.residue().constraint();
        return String.join(
                        "\t",
                        item.entity(),
                        item.partition(),
                        String.valueOf(item.residue().position()),
                        item.residue().kind().name(),
                        constraint == null ? "-" : constraint,
                        item.residue().reason(),
                        acceptance
                                .map(said -> "accepted by " + said.by() + ": " + said.reason())
                                .orElse("open"))
                + (payload ? "\t" + Visible.of(new String(item.residue().payload(), StandardCharsets.UTF_8)) : "");
    }
}
