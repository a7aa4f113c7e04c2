package io.storeway.examples.llmgateway;

import io.storeway.Storage;
import io.storeway.Storages;

/**
 * The storages of a deployment.
 *
 * @param database for keys, credits and logs
 * @param cache for answers until they expire, and for the queue of logs
 */
record Stores(Storage database, Storage cache) implements AutoCloseable {

    /** Opens both by URI, for example {@code jdbc:postgresql://…} and {@code mvstore:FILE}. */
    static Stores open(String database, String cache) {
        return new Stores(Storages.open(database, Gateway.DATABASE), Storages.open(cache, Gateway.CACHE));
    }

    @Override
    public void close() {
        cache.close();
        database.close();
    }
}
