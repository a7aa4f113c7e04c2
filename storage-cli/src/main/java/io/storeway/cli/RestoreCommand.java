package io.storeway.cli;

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
            "Brings a key-value store to the state of a backup.",
            "Checks the file's SHA-256 and reads it to its end before anything is written, and compares every key",
            "afterwards. Exit code 2 if the store holds anything else."
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

    @Option(names = "--without-checksum", description = "Take a file that has no FILE.sha256 beside it.")
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
                "%,d keys in the backup: %,d written, %,d as they were%s%n",
                backup.entries(),
                report.written(),
                report.unchanged(),
                report.deleted() == 0 ? "" : String.format(Locale.ROOT, "; %,d others deleted", report.deleted()));
        if (report.others() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%,d keys that the backup lacks are still there; --delete-others takes them away%n",
                    report.others());
        }
        if (report.different() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%,d keys are not as in the backup, for example %s; is somebody writing?%n",
                    report.different(),
                    String.join(", ", report.examples()));
        }
        out.println("compared every key: " + (report.equal() ? "equal" : "DIFFERENT"));
        return report.equal() ? ExitCode.CLEAN : ExitCode.DIFFERENCES;
    }
}
