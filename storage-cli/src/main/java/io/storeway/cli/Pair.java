package io.storeway.cli;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.cli.catalog.CatalogFile;
import io.storeway.migrate.Migration;
import io.storeway.migrate.ProgressListener;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a catalog, two storages and a time. */
final class Pair {

    @Option(
            names = "--catalog",
            required = true,
            paramLabel = "FILE",
            description = "The catalog file (docs/catalog.md).")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private Path catalog;

    @Option(names = "--from", required = true, paramLabel = "URI", description = "The storage to read.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String from;

    @Option(names = "--to", required = true, paramLabel = "URI", description = "The storage to write or compare.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String to;

    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            description = "Judge expiry as of this time, for example 2025-11-21T00:00:00Z; by default as of now.")
    private @Nullable Instant at;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "About how many items go into one unit of work; by default what takes about half a second.")
    private @Nullable Integer batch;

    String from() {
        return from;
    }

    String to() {
        return to;
    }

    Clock clock() {
        return at == null ? Clock.systemUTC() : Clock.fixed(at, ZoneOffset.UTC);
    }

    /** Work on both storages. */
    @FunctionalInterface
    interface Work {
        /** Runs with open storages and returns the exit code. */
        int run(Storage source, Storage target, Migration migration) throws Exception;
    }

    int with(ProgressListener listener, Work work) throws Exception {
        return with(listener, migration -> migration, work);
    }

    int with(ProgressListener listener, UnaryOperator<Migration.Builder> settings, Work work) throws Exception {
        Catalog types = CatalogFile.read(catalog);
        Clock clock = clock();
        try (Storage source = Opened.open("--from", from, types, clock);
                Storage target = Opened.open("--to", to, types, clock)) {
            Migration.Builder migration =
                    Migration.from(source).to(target).clock(clock).listener(listener);
            if (batch != null) {
                migration.batch(batch);
            }
            return work.run(source, target, settings.apply(migration).build());
        }
    }
}
