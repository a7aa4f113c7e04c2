package io.storeway.examples.directory;

import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.junit.KeyValueStoreConformanceTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DirectoryKeyValueTest extends KeyValueStoreConformanceTest {

    @TempDir
    Path folder;

    @Override
    protected KeyValueFixture fixture() {
        return KeyValueFixture.at(n -> folder.resolve("" + n), DirectoryStore::open);
    }

    @Override
    protected int lists() {
        return 100;
    }
}
