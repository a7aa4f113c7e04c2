package io.storeway.kv;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStoreProvider;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Opens a key-value store by its URI, so that one property chooses the store of an application that works on keys. */
public final class KeyValueStores {

    private static final String MEMORY = "memory:";
    private static final String MVSTORE = "mvstore:";
    private static final String NDJSON = "ndjson:";

    private KeyValueStores() {}

    /**
     * Opens {@code memory:}, a new empty {@link MemoryStore}; {@code mvstore:FILE}, an {@link MvStore}; {@code ndjson:FILE},
     * an {@link NdjsonStore}; and whatever a {@link KeyValueStoreProvider} on the class path opens, such as {@code
     * kv+jdbc:sqlite:FILE}.
     *
     * @throws IllegalArgumentException if nothing on the class path knows the scheme; the message lists those that are known
     * @throws InvalidValueException if the URI names no file where it has to
     * @throws io.storeway.error.StorageException if the store can't be opened
     */
    public static KeyValueStore open(String uri) {
        if (uri.equals(MEMORY)) {
            return new MemoryStore();
        }
        if (uri.startsWith(MVSTORE)) {
            return MvStore.open(file(uri, MVSTORE));
        }
        if (uri.startsWith(NDJSON)) {
            return NdjsonStore.open(file(uri, NDJSON));
        }
        int colon = uri.indexOf(':');
        return provider(uri)
                .orElseThrow(() -> new IllegalArgumentException("No key-value store on the class path knows "
                        + (colon < 0 ? "a URI without a scheme" : uri.substring(0, colon + 1)) + "; known are "
                        + String.join(", ", schemes()) + ErrorContext.of("open")))
                .open(uri);
    }

    /** The beginnings of the URIs that are known, with what follows. */
    static List<String> schemes() {
        List<String> schemes = new ArrayList<>(List.of(MEMORY, MVSTORE + "FILE", NDJSON + "FILE[.gz]"));
        ServiceLoader.load(KeyValueStoreProvider.class).forEach(provider -> schemes.addAll(provider.schemes()));
        return schemes;
    }

    static boolean accepts(String uri) {
        return uri.equals(MEMORY)
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

    private static Path file(String uri, String scheme) {
        String file = uri.substring(scheme.length());
        try {
            if (!file.isEmpty()) {
                return Path.of(file);
            }
        } catch (InvalidPathException e) {
            throw new InvalidValueException(
                    "uri", "the text after " + scheme + " is no path", ErrorContext.of("open"), e);
        }
        throw new InvalidValueException(
                "uri", "no file is named; say " + scheme + "FILE", ErrorContext.of("open"), null);
    }
}
