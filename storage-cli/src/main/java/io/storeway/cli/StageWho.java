package io.storeway.cli;

import picocli.CommandLine.Option;

/** Who changes a stage, and why; the history keeps both. */
final class StageWho {

    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who does it (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String by;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why. The history keeps it.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String reason;

    String by() {
        return by;
    }

    String reason() {
        return reason;
    }
}
