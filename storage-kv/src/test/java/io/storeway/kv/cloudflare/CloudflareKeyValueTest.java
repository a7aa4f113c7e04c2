package io.storeway.kv.cloudflare;

import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.junit.KeyValueStoreConformanceTest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterAll;

/** Certified for what it declares, over HTTP. An hour before the laws' time, so that their expiries lie ahead. */
class CloudflareKeyValueTest extends KeyValueStoreConformanceTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2025-12-31T23:00:00Z"), ZoneOffset.UTC);
    private static final RestServer SERVER = new RestServer();

    @Override
    protected KeyValueFixture fixture() {
        return KeyValueFixture.at(
                n -> SERVER.uri("n" + n),
                uri -> CloudflareKvStore.open(uri, RestServer.TOKEN, CLOCK, new VirtualTimer()));
    }

    @Override
    protected int lists() {
        return 200;
    }

    @AfterAll
    static void close() {
        SERVER.close();
    }
}
