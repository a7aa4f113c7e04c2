package io.storeway.sql;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.jqwik.ValueProperties;
import java.util.concurrent.atomic.AtomicInteger;

class H2Properties extends ValueProperties {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    @Override
    protected StorageFixture fixture() {
        return StorageFixture.at(n -> "jdbc:h2:mem:properties" + DATABASES.incrementAndGet());
    }
}
