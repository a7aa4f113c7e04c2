package io.storeway.kv;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class MvStoreConformanceTest extends StorageConformanceTest {

    @TempDir
    Path folder;

    @Override
    protected StorageFixture fixture() {
        return StorageFixture.at(n -> "mvstore:" + folder.resolve(n + ".mv"));
    }
}
