package io.storeway.cli;

import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.cli.report.RunReport;
import io.storeway.error.StorageException;
import java.time.Clock;
import java.util.function.Supplier;

/** Opens storages so that an error names the option and the place; what may hold a password is left out. */
final class Opened {

    private Opened() {}

    static Storage open(String option, String uri, Catalog catalog, Clock clock, Missing missing) {
        return named(option, uri, () -> Storages.open(uri, catalog, clock, missing));
    }

    /** Does something with the place that a URI names. */
    static <R> R named(String option, String uri, Supplier<R> opening) {
        try {
            return opening.get();
        } catch (StorageException | IllegalArgumentException e) {
            throw new IllegalArgumentException(option + " " + RunReport.shown(uri) + ": " + e.getMessage(), e);
        }
    }
}
