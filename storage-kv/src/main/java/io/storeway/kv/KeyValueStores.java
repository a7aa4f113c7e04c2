package io.storeway.kv;

import io.storeway.Missing;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.internal.FileUri;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStoreProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Opens key-value stores by URI: {@code memory:} is a new empty {@link MemoryStore}; {@code mvstore:FILE} an {@link MvStore}, to which
 * a {@link Durability} may be given as in {@code mvstore:FILE?durability=sync}; {@code ndjson:FILE} an {@link NdjsonStore}. Others are
 * opened by the {@link KeyValueStoreProvider}s on the class path.
 */
public final class KeyValueStores {

    private static final String MEMORY = "memory:";
    private static final String MVSTORE = "mvstore:";
    private static final String NDJSON = "ndjson:";
    private static final String DURABILITY = "durability";

    private KeyValueStores() {}

    /** The forms of URIs that are known. */
    public static List<String> schemes() {
        List<String> schemes = new ArrayList<>(List.of(MEMORY, MVSTORE + "FILE", NDJSON + "FILE[.gz]"));
        ServiceLoader.load(KeyValueStoreProvider.class).forEach(provider -> schemes.addAll(provider.schemes()));
        return schemes;
    }

    /** Whether a URI is that of a key-value store. */
    public static boolean accepts(String uri) {
        return uri.startsWith(MEMORY)
                || uri.startsWith(MVSTORE)
                || uri.startsWith(NDJSON)
                || provider(uri).isPresent();
    }

    private static Optional<KeyValueStoreProvider> provider(String uri) {
        return ServiceLoader.load(KeyValueStoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.accepts(uri))
                .findFirst();
    }

    /** As {@link #open(String, Missing)}; what is missing is made. */
    public static KeyValueStore open(String uri) {
        return open(uri, Missing.CREATE);
    }

    /**
     * Opens a store. Closing it also closes what was opened for it.
     *
     * @param missing what to do about a file, folder or table that is not there
     * @throws IllegalArgumentException if the URI is not of a key-value store; the message lists the schemes that are known
     * @throws io.storeway.error.InvalidValueException if the URI lacks a file, or has an option that is not known
     * @throws io.storeway.error.StorageException if the store can't be opened
     */
    public static KeyValueStore open(String uri, Missing missing) {
        if (uri.startsWith(MEMORY)) {
            return memory(uri);
        }
        if (uri.startsWith(MVSTORE)) {
            FileUri file = FileUri.parse(uri, MVSTORE, DURABILITY);
            return missing.standsInFor(file.path())
                    ? new MemoryStore()
                    : MvStore.open(file.path(), file.option(DURABILITY, Durability.COMMIT));
        }
        if (uri.startsWith(NDJSON)) {
            return ndjson(FileUri.parse(uri, NDJSON).path(), missing);
        }
        int colon = uri.indexOf(':');
        return provider(uri)
                .orElseThrow(() -> new IllegalArgumentException(
                        (colon < 0 ? "A URI without a scheme" : uri.substring(0, colon + 1))
                                + " is no key-value store; known are " + String.join(", ", schemes())
                                + ErrorContext.of("open")))
                .open(uri, missing);
    }

    private static KeyValueStore memory(String uri) {
        if (!uri.equals(MEMORY)) {
            throw new InvalidValueException(
                    "uri",
                    MEMORY + " is the whole URI of a store in memory; leave out what follows it",
                    ErrorContext.of("open"),
                    null);
        }
        return new MemoryStore();
    }

    /** Never makes a missing dump: only a {@link io.storeway.kv.backup.Backup} writes one. */
    private static KeyValueStore ndjson(Path file, Missing missing) {
        if (missing == Missing.CREATE && Files.notExists(file)) {
            throw new StorageUnavailableException(
                    file + " does not exist, and a dump can only be read here; a backup writes one",
                    new ErrorContext("open", NdjsonStore.NAME, null, null),
                    null);
        }
        return NdjsonStore.open(file);
    }
}
