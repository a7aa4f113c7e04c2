package io.storeway.cli;

import io.storeway.cli.report.Quantity;
import io.storeway.kv.KeyValueStores;
import io.storeway.kv.backup.Backup;
import io.storeway.kv.backup.OtherKeys;
import io.storeway.kv.backup.RestoreReport;
import io.storeway.spi.KeyValueStore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway restore}. */
@Command(
        name = "restore",
        description = {
            "Restores a key-value store from a backup.",
            "Checks the SHA-256 of the whole file before anything is written, and compares every key afterwards.",
            "Exit code 2 if the store differs from the backup."
        },
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {

    @Option(names = "--from", required = true, paramLabel = "FILE", description = "The backup.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private Path from;

    @Option(names = "--to", required = true, paramLabel = "URI", description = "The key-value store.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String to;

    @Option(names = "--delete-others", description = "Delete keys that the backup lacks; asks first.")
    private boolean deleteOthers;

    @Option(names = "--without-checksum", description = "Accept a file without FILE.sha256.")
    private boolean withoutChecksum;

    @Mixin
    private Consent consent = new Consent();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        if (deleteOthers && !consent.to("Deleting the keys that " + from + " lacks")) {
            out.println("Nothing was changed.");
            return ExitCode.FAILED;
        }
        Backup backup = withoutChecksum
                ? Backup.openWithoutChecksum(from, entries -> progress.show("checking", entries, "keys"))
                : Backup.open(from, entries -> progress.show("checking", entries, "keys"));
        RestoreReport report;
        try (KeyValueStore store = Opened.named("--to", to, () -> KeyValueStores.open(to))) {
            report = backup.restore(
                    store,
                    deleteOthers ? OtherKeys.DELETE : OtherKeys.KEEP,
                    entries -> progress.show("restoring", entries, "keys"));
        }
        progress.done();
        out.printf(
                Locale.ROOT,
                "%s in the backup: %,d written, %,d unchanged%s%n",
                Quantity.of(backup.entries(), "key"),
                report.written(),
                report.unchanged(),
                report.deleted() == 0 ? "" : "; " + Quantity.of(report.deleted(), "other key") + " deleted");
        if (report.others() > 0) {
            out.printf(
                    Locale.ROOT,
                    "the store also has %s that the backup lacks; to delete, use --delete-others%n",
                    Quantity.of(report.others(), "key"));
        }
        if (report.different() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%s different from the backup, for example %s; is somebody writing?%n",
                    Quantity.of(report.different(), "key"),
                    String.join(", ", report.examples()));
        }
        out.println("compared every key: " + (report.equal() ? "equal" : "DIFFERENT"));
        return report.equal() ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
    }
}
