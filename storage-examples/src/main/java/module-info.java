/** Applications on the library, and the real data that the demo runs on. */
module io.storeway.examples {
    requires transitive io.storeway.api;
    requires static org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires com.zaxxer.hikari;
    requires io.storeway.kv;
    requires io.storeway.migrate;
    requires io.storeway.sql;
    requires java.net.http;
    requires jdk.httpserver;

    exports io.storeway.examples;
    exports io.storeway.examples.bookstrack;
    exports io.storeway.examples.directory;
}
