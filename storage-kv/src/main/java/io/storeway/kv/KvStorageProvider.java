package io.storeway.kv;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.kv.internal.FileUri;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStoreProvider;
import io.storeway.spi.StorageProvider;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Opens {@code memory:}, a new empty {@link MemoryStore}; {@code mvstore:FILE}, an {@link MvStore}, with a {@link
 * Durability} if it says so: {@code mvstore:FILE?durability=sync}; {@code ndjson:FILE}, an {@link NdjsonStore}; and every store that a {@link KeyValueStoreProvider} on the class path opens. The
 * storages close their stores.
 */
public final class KvStorageProvider implements StorageProvider {

    private static final String MEMORY = "memory:";
    private static final String MVSTORE = "mvstore:";
    private static final String NDJSON = "ndjson:";
    private static final String DURABILITY = "durability";

    /** For the ServiceLoader. */
    public KvStorageProvider() {}

    @Override
    public List<String> schemes() {
        List<String> schemes = new ArrayList<>(List.of(MEMORY, MVSTORE + "FILE", NDJSON + "FILE[.gz]"));
        ServiceLoader.load(KeyValueStoreProvider.class).forEach(provider -> schemes.addAll(provider.schemes()));
        return schemes;
    }

    @Override
    public boolean accepts(String uri) {
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

    @Override
    public Storage open(String uri, Catalog catalog, Clock clock) {
        return KvStorage.owning(store(uri), catalog, clock);
    }

    private static KeyValueStore store(String uri) {
        if (uri.equals(MEMORY)) {
            return new MemoryStore();
        }
        if (uri.startsWith(MVSTORE)) {
            FileUri file = FileUri.parse(uri, MVSTORE, DURABILITY);
            return MvStore.open(file.path(), file.option(DURABILITY, Durability.COMMIT));
        }
        return uri.startsWith(NDJSON)
                ? NdjsonStore.open(FileUri.parse(uri, NDJSON).path())
                : provider(uri).orElseThrow().open(uri);
    }
}
