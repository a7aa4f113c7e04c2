package io.storeway.sql;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(named = "storeway.mariadb", matches = "true", disabledReason = "it needs -Pmariadb")
class MariaDbConformanceTest extends StorageConformanceTest {

    private final Map<Integer, String> databases = new ConcurrentHashMap<>();

    @Override
    protected StorageFixture fixture() {
        return StorageFixture.at(
                n -> databases.computeIfAbsent(n, absent -> Engines.mariaDb().newDatabase()));
    }
}
