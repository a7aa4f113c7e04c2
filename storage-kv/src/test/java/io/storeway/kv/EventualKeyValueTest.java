package io.storeway.kv;

import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.fault.EventualStore;
import io.storeway.testkit.junit.KeyValueStoreConformanceTest;
import java.time.Clock;
import java.time.Duration;

/** The kit's simulator keeps what it declares, once its writes are seen. */
class EventualKeyValueTest extends KeyValueStoreConformanceTest {

    @Override
    protected KeyValueFixture fixture() {
        return EventualKeyValueTest::settled;
    }

    private static KeyValueStore settled() {
        return new EventualStore(Clock.systemUTC(), Duration.ZERO, 1);
    }
}
