package io.storeway.cli;

import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.cli.catalog.CatalogFile;
import io.storeway.migrate.MigrationTarget;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The options of commands that need a catalog and the target of a migration, but no source. */
final class Target {

    @Option(
            names = "--catalog",
            required = true,
            paramLabel = "FILE",
            description = "The catalog file (docs/catalog.md).")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private Path catalog;

    @Option(names = "--to", required = true, paramLabel = "URI", description = "The target of the migration.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String to;

    /** The types of the catalog file. */
    Catalog types() {
        return CatalogFile.read(catalog);
    }

    <R> R with(Missing atTarget, Function<MigrationTarget, R> work) {
        try (Storage target = Opened.open("--to", to, types(), Clock.systemUTC(), atTarget)) {
            return work.apply(MigrationTarget.of(target));
        }
    }
}
