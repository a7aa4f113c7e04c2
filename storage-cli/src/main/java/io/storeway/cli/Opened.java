package io.storeway.cli;

import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.cli.report.RunReport;
import io.storeway.error.StorageException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Opens storages. An error names the option and the URI, without the parts that may hold a password. */
final class Opened {

    private Opened() {}

    static Storage open(String option, String uri, Catalog catalog, Clock clock, Missing missing) {
        return named(option, uri, () -> Storages.open(uri, catalog, clock, missing));
    }

    /** A storage that may be out of reach, which is told; what doesn't need it goes on. */
    static Storage deferred(String option, String uri, Catalog catalog, Clock clock, Missing missing, PrintWriter err) {
        AtomicBoolean told = new AtomicBoolean();
        return named(
                option,
                uri,
                () -> Storages.deferred(catalog, () -> {
                    try {
                        return Storages.open(uri, catalog, clock, missing);
                    } catch (StorageUnavailableException | StorageTimeoutException e) {
                        if (!told.getAndSet(true)) {
                            err.println("storeway: " + option + " " + RunReport.shown(uri) + ": " + e.getMessage());
                        }
                        throw e;
                    }
                }));
    }

    /** Opens what the URI of an option names. */
    static <R> R named(String option, String uri, Supplier<R> opening) {
        try {
            return opening.get();
        } catch (StorageException | IllegalArgumentException e) {
            throw new IllegalArgumentException(option + " " + RunReport.shown(uri) + ": " + e.getMessage(), e);
        }
    }
}
