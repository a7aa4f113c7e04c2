package io.storeway.migrate.routing;

import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.testkit.engine.Engines;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;

/** Moves migrations for tests. */
final class Moves {

    private Moves() {}

    /** A routed storage that does nothing by itself: a test steps it, and writes follow on its own thread. */
    static RoutedStorageBuilder quiet(Storage old, Storage fresh) {
        return RoutedStorage.between(old, fresh)
                .followers(0)
                .shadowComparisons(0)
                .shadowSample(0)
                .stepwise(time -> {});
    }

    /**
     * Opens a storage of a kind: {@code blobs}, {@code rules} for blobs with enforced constraints, {@code postgres}, or the name of
     * a database in a file.
     */
    static Storage open(String kind, Path file, Catalog catalog, Clock clock) {
        String uri = switch (kind) {
            case "blobs" -> "memory:";
            case "rules" -> "memory:?constraints=enforced";
            case "postgres" -> Engines.postgres().newDatabase();
            default -> "jdbc:" + kind + ":" + file;
        };
        return Storages.open(uri, catalog, clock, Missing.CREATE);
    }

    /** Goes forward step by step; READ_NEW is reached with 50 percent, and left with 100. */
    static void to(RoutedStorage storage, Stage stage) {
        to(storage, storage, stage);
    }

    /** As above, with another instance that has to acknowledge. */
    static void to(RoutedStorage storage, RoutedStorage other, Stage stage) {
        StageControl control = storage.control();
        EnumSet.allOf(Preflight.Risk.class).forEach(risk -> control.acknowledge(risk, "test", "a test may lose data"));
        while (control.status().stage() != stage) {
            prepare(storage, other);
            control.advance("test", "on");
            if (control.status().stage() == Stage.READ_NEW) {
                control.percent(50, "test", "half");
            }
            storage.routing().tick();
            other.routing().tick();
        }
    }

    /** Does what the stage asks for before the next one. */
    static void prepare(RoutedStorage storage, RoutedStorage other) {
        StageControl control = storage.control();
        StageStatus status = control.status();
        if (status.stage() == Stage.DUAL_WRITE && !status.synced()) {
            control.backfill("test", "copy");
        } else if (status.stage() == Stage.READ_NEW) {
            control.percent(100, "test", "everybody");
        } else {
            return;
        }
        storage.routing().tick();
        other.routing().tick();
    }
}
