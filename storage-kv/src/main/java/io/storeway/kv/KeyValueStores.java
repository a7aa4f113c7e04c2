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

/**
 * Opens key-value stores by URI: {@code memory:}, a new empty {@link MemoryStore}; {@code mvstore:FILE}, an {@link
 * MvStore}; {@code ndjson:FILE}, an {@link NdjsonStore}; and whatever a {@link KeyValueStoreProvider} on the class path
 * opens.
 */
public final class KeyValueStores {

    private static final String MEMORY = "memory:";
    private static final String MVSTORE = "mvstore:";
    private static final String NDJSON = "ndjson:";

    private KeyValueStores() {}

    /** The beginnings of the URIs that are known, with what follows. */
    public static List<String> schemes() {
        List<String> schemes = new ArrayList<>(List.of(MEMORY, MVSTORE + "FILE", NDJSON + "FILE[.gz]"));
        ServiceLoader.load(KeyValueStoreProvider.class).forEach(provider -> schemes.addAll(provider.schemes()));
        return schemes;
    }

    /** Whether a URI is that of a key-value store. */
    public static boolean accepts(String uri) {
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

    /**
     * Opens a store; closing it ends everything that was opened here.
     *
     * @throws IllegalArgumentException if the URI is none of a key-value store; the message lists the schemes that are known
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
                .orElseThrow(() -> new IllegalArgumentException(
                        (colon < 0 ? "A URI without a scheme" : uri.substring(0, colon + 1))
                                + " is no key-value store; known are " + String.join(", ", schemes())
                                + ErrorContext.of("open")))
                .open(uri);
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
