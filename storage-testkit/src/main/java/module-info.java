/** Conformance laws for storages, and the tools that their tests need. */
module io.storeway.testkit {
    requires transitive io.storeway.api;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires static org.jspecify;

    exports io.storeway.testkit;
}
