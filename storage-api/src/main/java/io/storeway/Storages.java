package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.internal.DeferredStorage;
import io.storeway.spi.StorageProvider;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/** Opens a storage by its URI, so that one property chooses the backend. */
public final class Storages {

    private static final String JDBC = "jdbc:";

    private Storages() {}

    /**
     * Opens a storage with the system's clock, and makes what is missing. Closing it also closes what was opened for it.
     *
     * @param uri for example {@code mvstore:data.mv} or {@code jdbc:sqlite:data.db}
     * @throws IllegalArgumentException if no backend on the class path knows the scheme; the message lists those that are
     *     known
     * @throws io.storeway.error.InvalidValueException if the backend can't read the URI, or the URI has an option that it doesn't know
     * @throws StorageUnavailableException if the backend can't be opened
     * @throws io.storeway.error.UnsupportedCapabilityException if a SQL database can't be opened and trying again is useless, because its
     *     driver or folder is missing or the file is no such database
     * @throws io.storeway.error.SchemaMismatchException if a SQL schema differs from the catalog
     */
    public static Storage open(String uri, Catalog catalog) {
        return open(uri, catalog, Clock.systemUTC());
    }

    /** As {@link #open(String, Catalog)}, with a clock that judges expiry. */
    public static Storage open(String uri, Catalog catalog, Clock clock) {
        return open(uri, catalog, clock, Missing.CREATE);
    }

    /**
     * As {@link #open(String, Catalog, Clock)}, with what to do about missing files and tables: {@link Missing#REFUSE} makes sure that a
     * mistyped URI doesn't become an empty storage.
     *
     * @throws StorageUnavailableException if a file or folder is missing, and that is refused
     * @throws io.storeway.error.SchemaMismatchException if a table or index is missing, and that is refused
     */
    public static Storage open(String uri, Catalog catalog, Clock clock, Missing missing) {
        List<String> known = new ArrayList<>();
        for (StorageProvider provider : ServiceLoader.load(StorageProvider.class)) {
            if (provider.accepts(uri)) {
                return provider.open(uri, catalog, clock, missing);
            }
            known.addAll(provider.schemes());
        }
        throw new IllegalArgumentException("No backend on the class path knows " + quoted(uri) + "; known are "
                + String.join(", ", known) + ErrorContext.of("open"));
    }

    /**
     * A storage that is opened as soon as it can be reached: now, or else by a later call, at most one a second. Until then calls fail
     * with a {@link StorageUnavailableException}, as those of a storage that is down, and {@link Storage#health} says so. With it a process
     * can start while the storage that follows in a migration is out of reach:
     *
     * <pre>{@code
     * Storage fresh = Storages.deferred(catalog, () -> Storages.open("jdbc:postgresql://db/app", catalog));
     * }</pre>
     *
     * <p>Whatever else goes wrong when it is opened, such as a schema that differs, is thrown by this method, or by the call that
     * has tried. Thread-safe; while one thread tries, the others don't wait for it.
     *
     * @param catalog the one that it is opened with
     * @param opening opens the storage; called until it has succeeded once
     * @throws IllegalArgumentException if it is opened with another catalog
     */
    public static Storage deferred(Catalog catalog, Supplier<? extends Storage> opening) {
        return new DeferredStorage(catalog, opening);
    }

    /** The URI for messages; only its scheme if it may contain credentials. */
    private static String quoted(String uri) {
        int colon = uri.indexOf(':', uri.startsWith(JDBC) ? JDBC.length() : 0);
        if (colon < 0) {
            return uri.startsWith(JDBC) ? JDBC : "a URI without a scheme";
        }
        return uri.matches("[^@?;]*") ? uri : uri.substring(0, colon + 1) + "…";
    }
}
