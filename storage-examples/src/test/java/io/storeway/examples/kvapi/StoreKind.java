package io.storeway.examples.kvapi;

import io.storeway.kv.KeyValueStores;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.engine.Engines;
import java.nio.file.Path;

/** The stores that the API is held to. */
enum StoreKind {
    MEMORY,
    MVSTORE,
    SQLITE,
    H2,
    POSTGRESQL,
    REDIS;

    /** A fresh store. */
    KeyValueStore open(Path folder) {
        return KeyValueStores.open(
                switch (this) {
                    case MEMORY -> "memory:";
                    case MVSTORE -> "mvstore:" + folder.resolve("store.mv");
                    case SQLITE -> "kv+jdbc:sqlite:" + folder.resolve("store.db");
                    case H2 -> "kv+jdbc:h2:file:" + folder.resolve("store");
                    case POSTGRESQL -> "kv+" + Engines.postgres().newDatabase();
                    case REDIS -> Engines.redis().newPlace();
                });
    }
}
