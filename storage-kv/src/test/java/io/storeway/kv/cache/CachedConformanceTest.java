package io.storeway.kv.cache;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.time.Clock;
import java.time.Duration;

/** Every law of a storage holds with a cache in front of it. */
class CachedConformanceTest extends StorageConformanceTest {

    @Override
    protected StorageFixture fixture() {
        return CachedConformanceTest::open;
    }

    private static Storage open(Catalog catalog, Clock clock) {
        return cached(catalog, clock).open();
    }

    static CachedStorageBuilder cached(Catalog catalog, Clock clock) {
        CachedStorageBuilder builder = CachedStorage.over(
                        KvStorage.open(new MemoryStore(), catalog, clock), new MemoryStore())
                .clock(clock);
        CachePolicy policy = CachePolicy.lasting(Duration.ofHours(1)).rememberAbsent(Duration.ofHours(1));
        catalog.types().forEach(type -> builder.cache(type, policy));
        return builder;
    }
}
