/** Storeway's meters for Micrometer. */
module io.storeway.metrics {
    requires static transitive io.storeway.kv;
    requires static transitive io.storeway.migrate;
    requires static org.jspecify;
    requires transitive io.storeway.api;
    requires transitive micrometer.core;
    requires transitive micrometer.observation;

    exports io.storeway.metrics;
}
