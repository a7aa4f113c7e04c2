package io.storeway.kv.redis;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.junit.StorageConformanceTest;
import org.junit.jupiter.api.Tag;

/** With a tag, so all keys lie in one slot and units of work are offered. */
@Tag("slow")
class RedisTaggedClusterConformanceTest extends StorageConformanceTest {

    @Override
    protected StorageFixture fixture() {
        return StorageFixture.at(n -> Engines.redisCluster().newPlace());
    }

    @Override
    protected int lists() {
        return 100;
    }
}
