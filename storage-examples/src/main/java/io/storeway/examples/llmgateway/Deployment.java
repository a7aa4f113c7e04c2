package io.storeway.examples.llmgateway;

import io.storeway.Storage;
import io.storeway.migrate.routing.Preflight;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageBlockedException;
import io.storeway.migrate.routing.StageControl;
import io.storeway.migrate.routing.StageStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One running version of the gateway during the migration. It and the versions that are deployed beside it read and write the
 * old and the new stores through routed storages. The database and the cache are two migrations, each with its own stage.
 */
record Deployment(RoutedStorage database, RoutedStorage cache, Gateway gateway, LogWorker worker)
        implements AutoCloseable {

    /** Starts a version; each needs another name. */
    static Deployment start(String name, Stores old, Stores fresh, Provider provider, Clock clock) {
        RoutedStorage database = route("llmgateway-database", name, old.database(), fresh.database());
        RoutedStorage cache = route("llmgateway-cache", name, old.cache(), fresh.cache());
        return new Deployment(
                database, cache, new Gateway(database, cache, provider, clock), new LogWorker(cache, database));
    }

    private static RoutedStorage route(String migration, String instance, Storage old, Storage fresh) {
        return RoutedStorage.between(old, fresh)
                .named(migration)
                .controlledBy(fresh)
                .instance(instance)
                .heartbeat(Duration.ofMillis(100))
                .shadowSample(100)
                .shadowComparisons(10)
                .open();
    }

    /** Accepts the risk that the old cache loses writes if its process dies, as it always could. */
    void acceptLossyCache(String by) {
        cache.control().acknowledge(Preflight.Risk.OLD_NOT_DURABLE, by, "as before the migration");
    }

    /**
     * Moves the database and the cache one step forward, or only the one that is behind. In READ_NEW, moving all reads is a
     * step of its own.
     *
     * @return what blocks a step, which can be tried again later; empty if nothing does
     */
    List<String> advance(String by) {
        List<String> waiting = new ArrayList<>();
        Stage behind = stage();
        for (StageControl control : List.of(database.control(), cache.control())) {
            try {
                if (control.status().stage() == behind) {
                    step(control, by);
                }
            } catch (StageBlockedException e) {
                e.blocks().forEach(block -> waiting.add(block.reason()));
            }
        }
        return waiting;
    }

    private static void step(StageControl control, String by) {
        StageStatus now = control.status();
        if (now.stage() == Stage.READ_NEW && now.percent() < 100) {
            control.percent(100, by, "all reads");
            return;
        }
        if (now.stage() == Stage.DUAL_WRITE && !now.synced()) {
            control.backfill(by, "copy what is there");
        }
        control.advance(by, "next step of the migration");
    }

    /** The stage of the migration that is behind the other. */
    Stage stage() {
        Stage one = database.control().status().stage();
        Stage other = cache.control().status().stage();
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void close() {
        cache.close();
        database.close();
    }
}
