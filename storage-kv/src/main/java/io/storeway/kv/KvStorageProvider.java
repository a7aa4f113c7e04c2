package io.storeway.kv;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.spi.StorageProvider;
import java.time.Clock;
import java.util.List;

/** Keeps records in the stores that {@link KeyValueStores} opens. The storages close their stores. */
public final class KvStorageProvider implements StorageProvider {

    /** For the ServiceLoader. */
    public KvStorageProvider() {}

    @Override
    public List<String> schemes() {
        return KeyValueStores.schemes();
    }

    @Override
    public boolean accepts(String uri) {
        return KeyValueStores.accepts(uri);
    }

    @Override
    public Storage open(String uri, Catalog catalog, Clock clock) {
        return KvStorage.owning(KeyValueStores.open(uri), catalog, clock);
    }
}
