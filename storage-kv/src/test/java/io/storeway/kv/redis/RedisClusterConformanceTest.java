package io.storeway.kv.redis;

import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.storeway.Storages;
import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.time.Duration;
import org.junit.jupiter.api.Tag;

/** Without a tag, so each key lies in a slot of its own; a fresh storage is the cluster with nothing in it. */
@Tag("slow")
class RedisClusterConformanceTest extends StorageConformanceTest {

    private final String uri = Engines.redisCluster().uri();

    @Override
    protected StorageFixture fixture() {
        return (catalog, clock) -> {
            empty();
            return Storages.open(uri, catalog, clock);
        };
    }

    private void empty() {
        RedisClusterClient client = RedisClusterClient.create(uri.replace("+cluster", ""));
        try (StatefulRedisClusterConnection<String, String> connection = client.connect()) {
            connection.sync().flushall();
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    @Override
    protected int lists() {
        return 100;
    }
}
