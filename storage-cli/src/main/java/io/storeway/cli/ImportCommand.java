package io.storeway.cli;

import io.storeway.cli.report.Quantity;
import io.storeway.cli.report.RunReport;
import io.storeway.kv.MvStore;
import io.storeway.kv.NdjsonDump;
import io.storeway.kv.backup.Backup;
import io.storeway.spi.KeyValueStore;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway import}. */
@Command(
        name = "import",
        description = {
            "Loads NDJSON dumps into an MVStore file. Existing keys are replaced.",
            "A dump with FILE.sha256 beside it is compared with that before anything is written."
        },
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {

    private static final int COMMIT = 1_000;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "ndjson:FILE[.gz]",
            description = "The dump; may be given several times.")
    private List<String> from = new ArrayList<>();

    @Option(names = "--to", required = true, paramLabel = "mvstore:FILE", description = "The store.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String to;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        List<Path> dumps =
                from.stream().map(uri -> file(uri, "ndjson:", "--from")).toList();
        Path file = file(to, "mvstore:", "--to");
        dumps.forEach(dump -> check(dump, progress));
        try (MvStore store = MvStore.open(file)) {
            for (Path dump : dumps) {
                long keys = load(dump, store, progress);
                progress.done();
                out.printf("imported %s from %s%n", Quantity.of(keys, "key"), dump);
            }
        }
        return ExitCode.CLEAN;
    }

    private Path file(String uri, String scheme, String option) {
        if (!uri.startsWith(scheme) || uri.length() == scheme.length()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), option + " takes " + scheme + "FILE, not " + RunReport.shown(uri));
        }
        return Path.of(uri.substring(scheme.length()));
    }

    /** Refuses a dump that is missing, or isn't what the checksum beside it says, before a store is created. */
    private static void check(Path dump, ProgressLine progress) {
        if (Files.exists(dump.resolveSibling(dump.getFileName() + ".sha256"))) {
            Backup.open(dump, keys -> progress.show("checking " + dump.getFileName(), keys, "keys"));
        } else {
            NdjsonDump.open(dump).close();
        }
    }

    /** Loads a dump and returns how many keys it has. */
    static long load(Path dump, KeyValueStore store, ProgressLine progress) {
        long keys = 0;
        try (NdjsonDump lines = NdjsonDump.open(dump)) {
            List<KeyValueStore.Write> writes = new ArrayList<>(COMMIT);
            while (lines.hasNext()) {
                writes.add(lines.next().write());
                keys++;
                if (writes.size() == COMMIT || !lines.hasNext()) {
                    store.writeEach(writes);
                    writes.clear();
                    progress.show("importing " + dump.getFileName(), keys, "keys");
                }
            }
        }
        return keys;
    }
}
