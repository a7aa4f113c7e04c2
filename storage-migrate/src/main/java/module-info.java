/** Moves the records of one storage to another, and proves that they are equal. */
module io.storeway.migrate {
    requires transitive io.storeway.api;
    requires static org.jspecify;
    requires io.github.resilience4j.circuitbreaker;
    requires static dev.openfeature.sdk;
    requires jdk.httpserver;

    exports io.storeway.migrate;
    exports io.storeway.migrate.admin;
    exports io.storeway.migrate.repair;
    exports io.storeway.migrate.routing;

    provides io.storeway.spi.CompositeStorageProvider with
            io.storeway.migrate.internal.RoutedStages;
    provides io.storeway.spi.ControlTypes with
            io.storeway.migrate.MigrationControlTypes,
            io.storeway.migrate.routing.RoutingControlTypes;
}
