/** Applications on the library, and the real data that the demo runs on. */
module io.storeway.examples {
    requires transitive io.storeway.api;
    requires transitive io.storeway.kv;
    requires transitive io.storeway.migrate;
    requires static org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires com.zaxxer.hikari;
    requires io.storeway.sql;
    requires java.net.http;
    requires jdk.httpserver;

    exports io.storeway.examples;
    exports io.storeway.examples.bookstrack;
    exports io.storeway.examples.catalog;
    exports io.storeway.examples.directory;
    exports io.storeway.examples.feargreedbot;
    exports io.storeway.examples.kvapi;
    exports io.storeway.examples.llmgateway;
}
