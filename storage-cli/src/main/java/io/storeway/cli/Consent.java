package io.storeway.cli;

import java.io.Console;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks before something is deleted, unless the option --yes is given. */
final class Consent {

    @Option(names = "--yes", description = "Don't ask before deleting.")
    private boolean yes;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    /**
     * Whether the deletion may happen: by the option, or by an answer at the terminal.
     *
     * @throws CommandLine.ParameterException if there is neither the option nor a terminal
     */
    boolean to(String deletion) {
        if (yes) {
            return true;
        }
        Console console = Boolean.getBoolean("storeway.terminal") ? System.console() : null;
        if (console == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), deletion + " must be confirmed, and there is no terminal; confirm with --yes");
        }
        String answer = console.readLine("%s. Type yes to continue: ", deletion);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).equals("yes");
    }
}
