package io.storeway.migrate.routing;

import java.util.Locale;

/** The two storages of a migration. */
enum Side {
    OLD,
    NEW;

    Side other() {
        return this == OLD ? NEW : OLD;
    }

    /** As messages name it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
