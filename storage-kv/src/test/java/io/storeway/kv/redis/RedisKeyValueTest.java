package io.storeway.kv.redis;

import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.junit.KeyValueStoreConformanceTest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

class RedisKeyValueTest extends KeyValueStoreConformanceTest {

    private final Map<Integer, String> places = new ConcurrentHashMap<>();

    @Override
    protected KeyValueFixture fixture() {
        return KeyValueFixture.at(
                n -> places.computeIfAbsent(n, absent -> Engines.redis().newPlace()), RedisStore::open);
    }
}
