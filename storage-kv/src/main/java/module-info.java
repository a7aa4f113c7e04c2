/** Repositories over JSON blobs in any key-value store, and the stores that come with Storeway. */
module io.storeway.kv {
    requires transitive io.storeway.api;
    requires static transitive org.jspecify;
    requires static com.github.benmanes.caffeine;
    requires static com.h2database;
    requires com.fasterxml.jackson.core;
    requires io.github.resilience4j.circuitbreaker;
    requires static rocksdbjni;

    exports io.storeway.kv;
    exports io.storeway.kv.cache;
    exports io.storeway.kv.rocks;

    uses io.storeway.spi.KeyValueStoreProvider;

    provides io.storeway.spi.KeyValueStoreProvider with
            io.storeway.kv.rocks.RocksStoreProvider;
    provides io.storeway.spi.StorageProvider with
            io.storeway.kv.KvStorageProvider;
}
