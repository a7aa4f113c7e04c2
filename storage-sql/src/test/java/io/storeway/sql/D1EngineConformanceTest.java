package io.storeway.sql;

import io.storeway.Missing;
import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.engine.CloudflareServer;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** D1 on Cloudflare's local engine. */
@EnabledIfSystemProperty(named = "storeway.cloudflare", matches = "true", disabledReason = "it needs -Pcloudflare")
class D1EngineConformanceTest extends StorageConformanceTest {

    private final Map<Integer, String> databases = new ConcurrentHashMap<>();

    @Override
    protected StorageFixture fixture() {
        CloudflareServer server = Engines.cloudflare();
        return StorageFixture.at(
                n -> databases.computeIfAbsent(n, absent -> server.newDatabase()),
                (uri, catalog, clock) -> CloudflareD1.open(
                        CloudflareD1.dataSource(uri, server.token()), catalog, clock, Missing.CREATE));
    }

    /** Fewer than elsewhere, because each command is a request. */
    @Override
    protected int lists() {
        return 20;
    }
}
