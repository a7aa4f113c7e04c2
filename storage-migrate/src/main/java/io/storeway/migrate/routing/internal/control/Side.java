package io.storeway.migrate.routing.internal.control;

import java.util.Locale;

/** The two storages of a migration. */
public enum Side {
    OLD,
    NEW;

    public Side other() {
        return this == OLD ? NEW : OLD;
    }

    /** As messages name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
