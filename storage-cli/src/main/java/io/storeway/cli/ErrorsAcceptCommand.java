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
            "Records in the target that residue items are accepted, by whom and why.",
            "They are kept, compared and restored as before, and no longer cause exit code 2. An item that changes is"
                    + " open again."
        },
        mixinStandardHelpOptions = true)
final class ErrorsAcceptCommand implements Callable<Integer> {

    @Mixin
    private Target target = new Target();

    @Mixin
    private ResidueFilter which = new ResidueFilter();

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why they are accepted.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String reason;

    @Option(names = "--by", paramLabel = "NAME", description = "Who accepts them; by default the user of this process.")
    private @Nullable String by;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() {
        which.check(target.types(), spec);
        target.with(Missing.REFUSE, existing -> existing); // A target that does not exist is not created.
        String name = by == null ? System.getProperty("user.name", "unknown") : by;
        return target.with(Missing.CREATE, migrated -> {
            long accepted = migrated.accept(which, reason, name, Clock.systemUTC());
            long open = OpenResidue.count(migrated);
            spec.commandLine().getOut().printf(Locale.ROOT, "%,d accepted, %,d still open%n", accepted, open);
            return OpenResidue.exitCode(open);
        });
    }
}
