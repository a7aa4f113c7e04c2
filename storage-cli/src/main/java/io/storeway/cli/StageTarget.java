package io.storeway.cli;

import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.cli.catalog.CatalogFile;
import io.storeway.error.SchemaMismatchException;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.RoutedStorageBuilder;
import io.storeway.migrate.routing.RoutingNotes;
import io.storeway.migrate.routing.StageChange;
import io.storeway.migrate.routing.StageControl;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options for a live migration: its catalog, its two storages, and the control storage, which keeps the stage. */
final class StageTarget {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Option(
            names = "--catalog",
            required = true,
            paramLabel = "FILE",
            description = "The catalog file (docs/catalog.md), with the same types as the application.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private Path catalog;

    @Option(names = "--from", required = true, paramLabel = "URI", description = "The old storage.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String from;

    @Option(names = "--to", required = true, paramLabel = "URI", description = "The new storage.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String to;

    @Option(
            names = "--control",
            paramLabel = "URI",
            description =
                    "The control storage, which keeps the stage, as the application has it; by default the old storage.")
    private @Nullable String control;

    @Option(
            names = "--name",
            paramLabel = "MIGRATION",
            defaultValue = "default",
            description = "The name of the migration (default \"${DEFAULT-VALUE}\").")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private String name;

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "How long a switchover may take (default ${DEFAULT-VALUE}); at most as long as the application allows.")
    private int within;

    @Option(
            names = "--comparisons",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "How many shadow reads must have been compared before SHADOW is left (default ${DEFAULT-VALUE}).")
    private int comparisons;

    /** Reads a migration; writes nothing. */
    int look(ToIntFunction<StageControl> work) {
        return readable(() -> with(Missing.REFUSE, RoutedStorageBuilder::control, work));
    }

    /** What has changed, of which the control storage alone tells, also while one of the two sides is down. */
    List<StageChange> history() {
        String option = control == null ? "--from" : "--control";
        String uri = control == null ? from : control;
        boolean third = !uri.equals(from) && !uri.equals(to);
        return readable(() -> {
            Catalog types = CatalogFile.read(catalog);
            try (Storage controls =
                    Opened.open(option, uri, third ? Catalog.of() : types, Clock.systemUTC(), Missing.REFUSE)) {
                return RoutingNotes.of(controls).history(name);
            }
        });
    }

    private static <R> R readable(Supplier<R> look) {
        try {
            return look.get();
        } catch (IllegalArgumentException e) {
            if (e.getCause() instanceof SchemaMismatchException) {
                throw new IllegalArgumentException(
                        e.getMessage()
                                + "; if the migration has not begun, `storeway stage begin` makes what is missing",
                        e);
            }
            throw e;
        }
    }

    /** Changes something about a migration that has begun. */
    int change(ToIntFunction<StageControl> work) {
        return with(Missing.CREATE, RoutedStorageBuilder::control, work);
    }

    /** Begins the migration. */
    int begin(ToIntFunction<StageControl> work) {
        return with(Missing.CREATE, RoutedStorageBuilder::begin, work);
    }

    private int with(
            Missing missing, Function<RoutedStorageBuilder, StageControl> opening, ToIntFunction<StageControl> work) {
        Catalog types = CatalogFile.read(catalog);
        Clock clock = Clock.systemUTC();
        try (Storage old = side("--from", from, types, clock, missing);
                Storage fresh = side("--to", to, types, clock, missing)) {
            if (control == null || control.equals(from)) {
                return work.applyAsInt(opening.apply(between(old, fresh, old)));
            }
            if (control.equals(to)) {
                return work.applyAsInt(opening.apply(between(old, fresh, fresh)));
            }
            // Nothing of the catalog need be there, and nothing of it is made.
            try (Storage third = Opened.open("--control", control, Catalog.of(), clock, missing)) {
                return work.applyAsInt(opening.apply(between(old, fresh, third)));
            }
        }
    }

    /** One of the two storages. While it is out of reach, an operator can still look, freeze, and step back. */
    private Storage side(String option, String uri, Catalog types, Clock clock, Missing missing) {
        return Opened.deferred(
                option, uri, types, clock, missing, spec.commandLine().getErr());
    }

    private RoutedStorageBuilder between(Storage old, Storage fresh, Storage controls) {
        return RoutedStorage.between(old, fresh)
                .named(name)
                .controlledBy(controls)
                .switchWithin(Duration.ofSeconds(within))
                .shadowComparisons(comparisons);
    }
}
