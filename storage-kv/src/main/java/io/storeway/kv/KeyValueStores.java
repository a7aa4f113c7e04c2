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
 * Opens key-value stores by URI: {@code memory:}, a new empty {@link MemoryStore}; {@code mvstore:FILE}, an {@link
 * MvStore}, with a {@link Durability} if it says so: {@code mvstore:FILE?durability=sync}; {@code ndjson:FILE}, an {@link
 * NdjsonStore}; and whatever a {@link KeyValueStoreProvider} on the class path opens.
 */
public final class KeyValueStores {

    private static final String MEMORY = "memory:";
    private static final String MVSTORE = "mvstore:";
    private static final String NDJSON = "ndjson:";
    private static final String DURABILITY = "durability";

    private KeyValueStores() {}

    /** The beginnings of the URIs that are known, with what follows. */
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

    /** Opens a store as {@link #open(String, Missing)} does, and makes what is missing. */
    public static KeyValueStore open(String uri) {
        return open(uri, Missing.CREATE);
    }

    /**
     * Opens a store; closing it ends everything that was opened here.
     *
     * @param missing what becomes of a file, folder or table that is not there
     * @throws IllegalArgumentException if the URI is none of a key-value store; the message lists the schemes that are known
     * @throws io.storeway.error.InvalidValueException if the URI names no file where it has to, or an option that is not known
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

    /** A dump is never made here: it is written as a whole, by a {@link io.storeway.kv.backup.Backup}. */
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
