package io.storeway.kv;

import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.StorageProvider;
import java.time.Clock;
import java.util.List;

/**
 * Opens storages over the stores that {@link KeyValueStores} opens; closing such a storage closes its store. Every URI takes the option
 * {@code ?constraints=enforced}, see {@link Constraints}.
 */
public final class KvStorageProvider implements StorageProvider {

    /** For the ServiceLoader. */
    public KvStorageProvider() {}

    @Override
    public List<String> schemes() {
        return KeyValueStores.schemes();
    }

    @Override
    public boolean accepts(String uri) {
        return KeyValueStores.accepts(uri) || KeyValueStores.accepts(uri.split("\\?", 2)[0]);
    }

    @Override
    public Storage open(String uri, Catalog catalog, Clock clock, Missing missing) {
        StorageUri storage = StorageUri.parse(uri);
        KeyValueStore store = KeyValueStores.open(storage.store(), missing);
        try {
            return KvStorage.owning(store, catalog, clock, storage.constraints(), missing);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }
}
