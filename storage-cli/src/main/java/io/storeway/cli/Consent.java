package io.storeway.cli;

import java.io.Console;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that answers yes before the question, and the question. */
final class Consent {

    @Option(names = "--yes", description = "Don't ask before anything is deleted.")
    private boolean yes;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    /**
     * Asks at a terminal.
     *
     * @return whether the answer was yes
     * @throws CommandLine.ParameterException if there is nobody to ask
     */
    boolean to(String deletion) {
        if (yes) {
            return true;
        }
        Console console = Boolean.getBoolean("storeway.terminal") ? System.console() : null;
        if (console == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), deletion + " needs a yes, and there is no terminal to ask at; say --yes");
        }
        String answer = console.readLine("%s. Type yes to go on: ", deletion);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).equals("yes");
    }
}
