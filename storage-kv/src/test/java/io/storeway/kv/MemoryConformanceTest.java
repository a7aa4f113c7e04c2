package io.storeway.kv;

import io.storeway.testkit.StorageConformanceTest;
import io.storeway.testkit.StorageFixture;

class MemoryConformanceTest extends StorageConformanceTest {

    @Override
    protected StorageFixture fixture() {
        return (catalog, clock) -> KvStorage.open(new MemoryStore(), catalog, clock);
    }
}
