package io.storeway.migrate.routing;

/** The two storages of a migration. */
enum Side {
    OLD,
    NEW;

    Side other() {
        return this == OLD ? NEW : OLD;
    }
}
