package io.storeway.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code storeway errors}. */
@Command(
        name = "errors",
        description = "Lists, exports, retries and accepts the items that the target keeps as residue.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ErrorsListCommand.class,
            ErrorsExportCommand.class,
            ErrorsRetryCommand.class,
            ErrorsAcceptCommand.class
        })
final class ErrorsCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command? Try: storeway errors list");
    }
}
