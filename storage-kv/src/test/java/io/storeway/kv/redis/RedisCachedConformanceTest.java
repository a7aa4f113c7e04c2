package io.storeway.kv.redis;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.cache.CachePolicy;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.kv.cache.CachedStorageBuilder;
import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Every law of a storage holds with a cache in Redis before it. */
class RedisCachedConformanceTest extends StorageConformanceTest {

    private @Nullable RedisStore cache;

    @Override
    protected StorageFixture fixture() {
        return this::open;
    }

    @Override
    protected int lists() {
        return 100;
    }

    private Storage open(Catalog catalog, Clock clock) {
        close();
        RedisStore fresh = RedisStore.open(Engines.redis().newPlace());
        cache = fresh;
        CachedStorageBuilder builder = CachedStorage.over(KvStorage.open(new MemoryStore(), catalog, clock), fresh)
                .clock(clock);
        CachePolicy policy = CachePolicy.lasting(Duration.ofHours(1)).rememberAbsent(Duration.ofHours(1));
        catalog.types().forEach(type -> builder.cache(type, policy));
        return builder.open();
    }

    @AfterEach
    void close() {
        if (cache != null) {
            cache.close();
        }
    }
}
