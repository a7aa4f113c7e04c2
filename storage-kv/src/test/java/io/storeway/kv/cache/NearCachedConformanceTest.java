package io.storeway.kv.cache;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.time.Duration;

/** Every law of a storage holds with a cache in the process before the cache in front of it. */
class NearCachedConformanceTest extends StorageConformanceTest {

    @Override
    protected StorageFixture fixture() {
        return (catalog, clock) -> CachedConformanceTest.cached(catalog, clock)
                .near(1_000, Duration.ofMinutes(10))
                .open();
    }
}
