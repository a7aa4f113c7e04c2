/** Repositories over JSON blobs in any key-value store, and the stores that come with Storeway. */
module io.storeway.kv {
    requires transitive io.storeway.api;
    requires static transitive org.jspecify;
    requires static com.github.benmanes.caffeine;
    requires static com.h2database;
    requires static io.netty.common;
    requires static io.netty.transport;
    requires static lettuce.core;
    requires static rocksdbjni;
    requires com.fasterxml.jackson.core;
    requires io.github.resilience4j.circuitbreaker;
    requires java.net.http;
    requires jdk.net; // Lettuce sets keep-alive by it

    exports io.storeway.kv;
    exports io.storeway.kv.backup;
    exports io.storeway.kv.cache;
    exports io.storeway.kv.cloudflare;
    exports io.storeway.kv.redis;
    exports io.storeway.kv.rocks;

    uses io.storeway.spi.KeyValueStoreProvider;

    provides io.storeway.spi.CompositeStorageProvider with
            io.storeway.kv.internal.CachedStorages;
    provides io.storeway.spi.KeyValueStoreProvider with
            io.storeway.kv.cloudflare.CloudflareKvStoreProvider,
            io.storeway.kv.redis.RedisStoreProvider,
            io.storeway.kv.rocks.RocksStoreProvider;
    provides io.storeway.spi.StorageProvider with
            io.storeway.kv.KvStorageProvider;
}
