package io.storeway.examples.directory;

import io.storeway.kv.KvStorage;
import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DirectoryConformanceTest extends StorageConformanceTest {

    @TempDir
    Path folder;

    @Override
    protected StorageFixture fixture() {
        return StorageFixture.at(
                n -> folder.resolve("" + n),
                (path, catalog, clock) -> KvStorage.open(DirectoryStore.open(path), catalog, clock));
    }
}
