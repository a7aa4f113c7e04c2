package io.storeway.kv;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.jqwik.ValueProperties;

class MemoryProperties extends ValueProperties {

    @Override
    protected StorageFixture fixture() {
        return StorageFixture.at(n -> "memory:");
    }
}
