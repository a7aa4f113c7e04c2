package io.storeway.kv;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.StorageProvider;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * Opens {@code memory:}, a new empty {@link MemoryStore}; {@code mvstore:FILE}, an {@link MvStore}; and {@code
 * ndjson:FILE}, an {@link NdjsonStore}. The storages close their stores.
 */
public final class KvStorageProvider implements StorageProvider {

    private static final String MEMORY = "memory:";
    private static final String MVSTORE = "mvstore:";
    private static final String NDJSON = "ndjson:";

    /** For the ServiceLoader. */
    public KvStorageProvider() {}

    @Override
    public List<String> schemes() {
        return List.of(MEMORY, MVSTORE + "FILE", NDJSON + "FILE[.gz]");
    }

    @Override
    public boolean accepts(String uri) {
        return uri.equals(MEMORY) || uri.startsWith(MVSTORE) || uri.startsWith(NDJSON);
    }

    @Override
    public Storage open(String uri, Catalog catalog, Clock clock) {
        return KvStorage.owning(store(uri), catalog, clock);
    }

    private static KeyValueStore store(String uri) {
        if (uri.equals(MEMORY)) {
            return new MemoryStore();
        }
        return uri.startsWith(MVSTORE) ? MvStore.open(file(uri, MVSTORE)) : NdjsonStore.open(file(uri, NDJSON));
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
