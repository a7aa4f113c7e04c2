package io.storeway.kv;

import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.junit.KeyValueStoreConformanceTest;

class MemoryKeyValueTest extends KeyValueStoreConformanceTest {

    @Override
    protected KeyValueFixture fixture() {
        return MemoryStore::new;
    }

    @Override
    protected int lists() {
        return 1_000;
    }
}
