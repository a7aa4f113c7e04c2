package io.storeway.migrate;

import io.storeway.Storages;
import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.util.concurrent.atomic.AtomicInteger;

/** Blobs in a SQL table; tested in this module because its tests see both backends. */
class BlobsOnH2ConformanceTest extends StorageConformanceTest {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    @Override
    protected StorageFixture fixture() {
        return (catalog, clock) ->
                Storages.open("kv+jdbc:h2:mem:conformance" + DATABASES.incrementAndGet(), catalog, clock);
    }
}
