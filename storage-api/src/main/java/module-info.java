/** What an application holds of Storeway, and what a backend implements. Depends on the JDK alone. */
@SuppressWarnings("module") // The backends are not seen from here.
module io.storeway.api {
    requires java.net.http;
    requires jdk.jfr;
    requires static transitive org.jspecify;

    exports io.storeway;
    exports io.storeway.error;
    exports io.storeway.internal to
            io.storeway.kv,
            io.storeway.migrate,
            io.storeway.sql;
    exports io.storeway.internal.cloudflare to
            io.storeway.kv,
            io.storeway.sql;
    exports io.storeway.layout;
    exports io.storeway.observe;
    exports io.storeway.spi;

    uses io.storeway.spi.ControlTypes;
    uses io.storeway.spi.StorageProvider;
}
