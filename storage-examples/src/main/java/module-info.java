/** Applications on the library, and the real data that the demo runs on. */
module io.storeway.examples {
    requires transitive io.storeway.api;
    requires static org.jspecify;

    exports io.storeway.examples;
    exports io.storeway.examples.directory;
}
