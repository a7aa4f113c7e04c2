/** Applications on the library, and the real data that the demo runs on. */
module io.storeway.examples {
    requires transitive io.storeway.api;
    requires transitive io.storeway.kv;
    requires transitive io.storeway.migrate;
    requires io.storeway.sql;
    requires static org.jspecify;
    requires jdk.httpserver;
    requires java.net.http;
    requires com.fasterxml.jackson.databind;

    exports io.storeway.examples;
    exports io.storeway.examples.directory;
    exports io.storeway.examples.feargreedbot;
    exports io.storeway.examples.kvapi;
    exports io.storeway.examples.catalog;
}
