package io.storeway.kv.rocks;

import io.storeway.kv.Durability;
import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.junit.KeyValueStoreConformanceTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RocksKeyValueTest extends KeyValueStoreConformanceTest {

    @TempDir
    Path folder;

    @Override
    protected KeyValueFixture fixture() {
        return KeyValueFixture.at(n -> folder.resolve("" + n), path -> RocksStore.open(path, Durability.COMMIT));
    }
}
