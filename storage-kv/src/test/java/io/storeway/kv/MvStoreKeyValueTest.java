package io.storeway.kv;

import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.junit.KeyValueStoreConformanceTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class MvStoreKeyValueTest extends KeyValueStoreConformanceTest {

    @TempDir
    Path folder;

    @Override
    protected KeyValueFixture fixture() {
        return KeyValueFixture.at(n -> folder.resolve(n + ".mv"), MvStore::open);
    }
}
