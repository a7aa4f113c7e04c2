package io.storeway.sql;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

class PostgresConformanceTest extends StorageConformanceTest {

    private final Map<Integer, String> databases = new ConcurrentHashMap<>();

    @Override
    protected StorageFixture fixture() {
        return StorageFixture.at(
                n -> databases.computeIfAbsent(n, absent -> Engines.postgres().newDatabase()));
    }
}
