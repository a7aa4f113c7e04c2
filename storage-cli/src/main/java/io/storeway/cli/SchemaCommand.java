package io.storeway.cli;

import io.storeway.Catalog;
import io.storeway.cli.catalog.CatalogFile;
import io.storeway.sql.SchemaScript;
import io.storeway.sql.SqlKeyValueStore;
import io.storeway.sql.SqlStorage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code storeway schema}. */
@Command(
        name = "schema",
        description = {
            "Compares the tables of a SQL database with a catalog, and prints the SQL script that would change them.",
            "With --internal, compares Storeway's own tables instead. Changes nothing. Exit code 2 if there is a difference."
        },
        mixinStandardHelpOptions = true)
final class SchemaCommand implements Callable<Integer> {

    /** The tables to compare; exactly one of the two options is given. */
    static final class Wanted {
        @Option(
                names = "--catalog",
                required = true,
                paramLabel = "FILE",
                description = "The tables of a catalog file (docs/catalog.md).")
        private @Nullable Path catalog;

        @Option(
                names = "--internal",
                required = true,
                description = "Storeway's own tables: storeway_…, and with kv+jdbc:… the table kv_store.")
        private boolean internal;

        SchemaScript script(String uri) {
            Catalog types = catalog == null ? Catalog.internal() : CatalogFile.read(catalog);
            return Opened.named(
                    "--to",
                    uri,
                    () -> internal && uri.startsWith("kv+")
                            ? SqlKeyValueStore.changes(uri)
                            : SqlStorage.changes(uri, types));
        }
    }

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private Wanted wanted;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "URI",
            description = "The database, as jdbc:…, d1://… or kv+jdbc:….")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String to;

    @Option(
            names = "--flyway",
            paramLabel = "DIR",
            description = "Also write the script to this folder, one Flyway file per phase.")
    private @Nullable Path flyway;

    @Option(
            names = "--flyway-version",
            paramLabel = "VERSION",
            description = "The version of the Flyway files; by default the current time, as in 20261121053000.")
    private @Nullable String version;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        SchemaScript script = wanted.script(to);
        if (script.changes().isEmpty()) {
            out.println("-- The tables are as they should be.");
            return ExitCode.CLEAN;
        }
        out.print(script.text());
        if (flyway != null) {
            String given = version == null
                    ? DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT)
                            .format(LocalDateTime.now(ZoneOffset.UTC))
                    : version;
            for (Path file : script.writeFlyway(flyway, given)) {
                spec.commandLine().getErr().println("Written: " + file);
            }
        }
        return ExitCode.DIFFERENCES;
    }
}
