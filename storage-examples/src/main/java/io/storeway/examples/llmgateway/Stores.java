package io.storeway.examples.llmgateway;

import io.storeway.Storage;
import io.storeway.Storages;

/**
 * Where a deployment keeps its data.
 *
 * @param database keys, money and logs
 * @param cache answers for a while, and the queue of logs
 */
record Stores(Storage database, Storage cache) implements AutoCloseable {

    /** Opens both by their URIs, for example {@code jdbc:postgresql://…} and {@code mvstore:FILE}. */
    static Stores open(String database, String cache) {
        return new Stores(Storages.open(database, Gateway.DATABASE), Storages.open(cache, Gateway.CACHE));
    }

    @Override
    public void close() {
        cache.close();
        database.close();
    }
}
