package io.storeway.kv;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.junit.StorageConformanceTest;

class MemoryConformanceTest extends StorageConformanceTest {

    @Override
    protected StorageFixture fixture() {
        return (catalog, clock) -> KvStorage.open(new MemoryStore(), catalog, clock);
    }

    @Override
    protected int lists() {
        return 1_000;
    }
}
