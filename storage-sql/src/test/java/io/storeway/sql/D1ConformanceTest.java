package io.storeway.sql;

import io.storeway.Missing;
import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.engine.D1Server;
import io.storeway.testkit.junit.StorageConformanceTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;

/** D1 over HTTP, on SQLite with D1's rules. */
@Tag("slow")
class D1ConformanceTest extends StorageConformanceTest {

    private static final String TOKEN = "token";
    private static final D1Server SERVER = new D1Server(TOKEN);

    @Override
    protected StorageFixture fixture() {
        return StorageFixture.at(
                n -> SERVER.uri("n" + n),
                (uri, catalog, clock) ->
                        CloudflareD1.open(CloudflareD1.dataSource(uri, TOKEN), catalog, clock, Missing.CREATE));
    }

    /** Fewer than elsewhere, because each command is a request. */
    @Override
    protected int lists() {
        return 10;
    }

    @AfterAll
    static void close() {
        SERVER.close();
    }
}
