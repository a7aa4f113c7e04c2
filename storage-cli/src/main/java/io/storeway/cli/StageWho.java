package io.storeway.cli;

import picocli.CommandLine.Option;

/** The options for who changes a stage and why, which the history keeps. */
final class StageWho {

    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who makes the change (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String by;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; kept in the history.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String reason;

    String by() {
        return by;
    }

    String reason() {
        return reason;
    }
}
