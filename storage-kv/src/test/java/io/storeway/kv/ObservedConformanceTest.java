package io.storeway.kv;

import io.storeway.observe.ObservedStorage;
import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.junit.StorageConformanceTest;

/** A storage that is watched does what it does unwatched. */
class ObservedConformanceTest extends StorageConformanceTest {

    @Override
    protected StorageFixture fixture() {
        return (catalog, clock) -> ObservedStorage.of(KvStorage.open(new MemoryStore(), catalog, clock));
    }
}
