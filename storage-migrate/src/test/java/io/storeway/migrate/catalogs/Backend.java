package io.storeway.migrate.catalogs;

import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.engine.Engines;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** The storages that random catalogs are opened on; those of keys and values keep all rules, as those of SQL do. */
enum Backend {
    MEMORY,
    MVSTORE,
    SQLITE,
    H2,
    POSTGRESQL;

    private static final AtomicInteger PLACES = new AtomicInteger();

    /** The URI of a new place. */
    String place(Path folder) {
        int number = PLACES.incrementAndGet();
        return switch (this) {
            case MEMORY -> "memory:?constraints=enforced";
            case MVSTORE -> "mvstore:" + folder.resolve(number + ".mv") + "?constraints=enforced&durability=none";
            case SQLITE -> "jdbc:sqlite:" + folder.resolve(number + ".db") + "?synchronous=OFF";
            case H2 -> "jdbc:h2:mem:catalogs" + number + ";DB_CLOSE_DELAY=-1";
            case POSTGRESQL -> Engines.postgres().newDatabase();
        };
    }

    Step.Open open(Path folder, Catalog catalog) {
        return open(place(folder), catalog, Missing.CREATE);
    }

    static Step.Open open(String uri, Catalog catalog, Missing missing) {
        ManualClock clock = new ManualClock(Pools.NOW);
        Storage storage = Storages.open(uri, catalog, clock, missing);
        return new Step.Open(storage, clock);
    }
}
