package io.storeway.kv.redis;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.junit.StorageConformanceTest;

class RedisConformanceTest extends StorageConformanceTest {

    @Override
    protected StorageFixture fixture() {
        return StorageFixture.at(n -> Engines.redis().newPlace());
    }
}
