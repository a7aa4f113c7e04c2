package io.storeway.kv;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.fault.EventualStore;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.time.Duration;

/** Records in a store without conditions, once its writes are seen: what Cloudflare KV offers. */
class EventualConformanceTest extends StorageConformanceTest {

    @Override
    protected StorageFixture fixture() {
        return (catalog, clock) -> KvStorage.open(new EventualStore(clock, Duration.ZERO, 1), catalog, clock);
    }
}
