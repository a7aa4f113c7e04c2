package io.storeway.cli;

import io.storeway.Missing;
import io.storeway.cli.report.Quantity;
import io.storeway.kv.KeyValueStores;
import io.storeway.kv.backup.Backup;
import io.storeway.spi.KeyValueStore;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway backup}. */
@Command(
        name = "backup",
        description = {
            "Writes all keys, values, metadata and expiries of a key-value store to a file, and its SHA-256 to FILE.sha256.",
            "Never replaces a file."
        },
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {

    @Option(names = "--from", required = true, paramLabel = "URI", description = "The key-value store.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String from;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FILE",
            description = {
                "The file: FILE.ndjson has one JSON object per line, FILE.json is an array for wrangler's bulk commands;"
                        + " with .gz at the end it is compressed."
            })
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private Path to;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() {
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        try (KeyValueStore store = Opened.named("--from", from, () -> KeyValueStores.open(from, Missing.REFUSE))) {
            Backup backup = Backup.write(store, to, entries -> progress.show("backing up", entries, "keys"));
            progress.done();
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "%s in %s%nSHA-256 %s, also in %s.sha256%n",
                            Quantity.of(backup.entries(), "key"),
                            to,
                            backup.sha256(),
                            to);
        }
        return ExitCode.CLEAN;
    }
}
