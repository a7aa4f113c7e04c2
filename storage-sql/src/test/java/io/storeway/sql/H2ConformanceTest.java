package io.storeway.sql;

import io.storeway.Storages;
import io.storeway.testkit.StorageConformanceTest;
import io.storeway.testkit.StorageFixture;
import java.util.concurrent.atomic.AtomicInteger;

class H2ConformanceTest extends StorageConformanceTest {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    @Override
    protected StorageFixture fixture() {
        return (catalog, clock) ->
                Storages.open("jdbc:h2:mem:conformance" + DATABASES.incrementAndGet(), catalog, clock);
    }
}
