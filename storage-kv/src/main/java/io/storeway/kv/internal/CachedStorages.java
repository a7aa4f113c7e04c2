package io.storeway.kv.internal;

import io.storeway.Storage;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.cache.CachePolicy;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.kv.cache.CachedStorageBuilder;
import io.storeway.spi.CompositeStorageProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Opens, under the name {@code cached}, a storage with a cache in memory in front, which caches all types and absence too. */
public final class CachedStorages implements CompositeStorageProvider {

    private static final CachePolicy POLICY =
            CachePolicy.lasting(Duration.ofHours(1)).rememberAbsent(Duration.ofHours(1));

    /** For the ServiceLoader. */
    public CachedStorages() {}

    @Override
    public Set<String> names() {
        return Set.of("cached");
    }

    @Override
    public Storage compose(String name, List<Storage> parts, Clock clock) {
        if (parts.size() != 1) {
            throw new IllegalArgumentException("A cache is in front of one storage, for example cached(sqlite)");
        }
        CachedStorageBuilder builder =
                CachedStorage.over(parts.get(0), new MemoryStore()).clock(clock);
        parts.get(0).catalog().types().forEach(type -> builder.cache(type, POLICY));
        return builder.open();
    }
}
