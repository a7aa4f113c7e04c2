package io.storeway.cli;

import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.cli.catalog.CatalogFile;
import io.storeway.migrate.Migration;
import io.storeway.migrate.ProgressListener;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options for the catalog, the two storages, and the time that expiry is judged by. */
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
            description = "Judge expiry as of this time, for example 2025-11-21T00:00:00Z; by default now.")
    private @Nullable Instant at;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description =
                    "About how many items to write in one unit of work; by default as many as take half a second.")
    private @Nullable Integer batch;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

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

    int with(Missing atTarget, ProgressListener listener, Work work) throws Exception {
        return with(atTarget, listener, migration -> migration, work);
    }

    /**
     * Opens both storages, works on them, and closes them. The source must exist.
     *
     * @param atTarget what to do if the target, or a table of it, is missing
     */
    int with(Missing atTarget, ProgressListener listener, UnaryOperator<Migration.Builder> settings, Work work)
            throws Exception {
        Catalog types = checked(listener, settings);
        Clock clock = clock();
        ScriptTarget script = ScriptTarget.accepts(to) ? script() : null;
        // The source first: if it is missing, no target is created.
        try (Storage source = Opened.open("--from", from, types, clock, Missing.REFUSE)) {
            if (script != null) {
                return script.with(
                        types,
                        clock,
                        spec.commandLine().getErr(),
                        target -> work.run(source, target, migration(source, target, listener, settings)));
            }
            try (Storage target = Opened.open("--to", to, types, clock, atTarget)) {
                return work.run(source, target, migration(source, target, listener, settings));
            }
        }
    }

    /** As above for a target that must exist, though tables that it lacks are created. */
    int withTargetThere(ProgressListener listener, UnaryOperator<Migration.Builder> settings, Work work)
            throws Exception {
        Opened.open("--to", to, checked(listener, settings), clock(), Missing.REFUSE)
                .close();
        return with(Missing.CREATE, listener, settings, work);
    }

    /** Reads the catalog file. Also refuses wrong settings, before any storage is created. */
    private Catalog checked(ProgressListener listener, UnaryOperator<Migration.Builder> settings) {
        Catalog types = CatalogFile.read(catalog);
        try (Storage none = Storages.open("memory:", types)) {
            migration(none, none, listener, settings);
        }
        return types;
    }

    private Migration migration(
            Storage source, Storage target, ProgressListener listener, UnaryOperator<Migration.Builder> settings) {
        Migration.Builder migration =
                Migration.from(source).to(target).clock(clock()).listener(listener);
        try {
            if (batch != null) {
                migration.batch(batch);
            }
            return settings.apply(migration).build();
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private ScriptTarget script() {
        if (!spec.name().equals("migrate")) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--to sql-file: is for migrate alone, because a script can only be written");
        }
        try {
            return ScriptTarget.of(to);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
