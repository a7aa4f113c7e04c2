package io.storeway.cli;

import io.storeway.Missing;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway errors accept}. */
@Command(
        name = "accept",
        description = {
            "Writes down in the target that items may stay residue, by whom and why.",
            "They are kept, compared and written back as before, and no longer make the exit code 2. An item that",
            "changes is open again."
        },
        mixinStandardHelpOptions = true)
final class ErrorsAcceptCommand implements Callable<Integer> {

    @Mixin
    private Target target = new Target();

    @Mixin
    private ResidueFilter which = new ResidueFilter();

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why they may stay.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String reason;

    @Option(names = "--by", paramLabel = "NAME", description = "Who says so; by default the user of this process.")
    private @Nullable String by;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() {
        which.check(target.types(), spec);
        target.with(Missing.REFUSE, there -> there); // What is not there is not made.
        String name = by == null ? System.getProperty("user.name", "unknown") : by;
        return target.with(Missing.CREATE, migrated -> {
            long accepted = migrated.accept(which, reason, name, Clock.systemUTC());
            long[] open = new long[1];
            migrated.openResidue(item -> open[0]++);
            spec.commandLine().getOut().printf(Locale.ROOT, "%,d accepted, %,d still open%n", accepted, open[0]);
            return open[0] == 0 ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
        });
    }
}
