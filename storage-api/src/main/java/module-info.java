/** What an application holds of Storeway, and what a backend implements. Depends on the JDK alone. */
module io.storeway.api {
    requires jdk.jfr;
    requires static transitive org.jspecify;

    exports io.storeway;
    exports io.storeway.error;
    exports io.storeway.layout;
    exports io.storeway.observe;
    exports io.storeway.spi;

    uses io.storeway.spi.StorageProvider;
}
