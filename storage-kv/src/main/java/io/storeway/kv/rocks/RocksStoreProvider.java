package io.storeway.kv.rocks;

import io.storeway.Missing;
import io.storeway.kv.Durability;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.internal.FileUri;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStoreProvider;
import java.util.List;

/**
 * Opens {@code rocksdb:FOLDER}, a {@link RocksStore}, with a {@link Durability} if it says so: {@code
 * rocksdb:FOLDER?durability=commit}.
 */
public final class RocksStoreProvider implements KeyValueStoreProvider {

    private static final String SCHEME = "rocksdb:";
    private static final String DURABILITY = "durability";

    /** For the service loader. */
    public RocksStoreProvider() {}

    @Override
    public List<String> schemes() {
        return List.of(SCHEME + "FOLDER");
    }

    @Override
    public boolean accepts(String uri) {
        return uri.startsWith(SCHEME);
    }

    @Override
    public KeyValueStore open(String uri, Missing missing) {
        FileUri folder = FileUri.parse(uri, SCHEME, DURABILITY);
        return missing.standsInFor(folder.path())
                ? new MemoryStore()
                : RocksStore.open(folder.path(), folder.option(DURABILITY, Durability.SYNC));
    }
}
