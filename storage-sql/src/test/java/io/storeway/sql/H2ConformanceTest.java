package io.storeway.sql;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class H2ConformanceTest extends StorageConformanceTest {

    @TempDir
    Path folder;

    @Override
    protected StorageFixture fixture() {
        return StorageFixture.at(n -> "jdbc:h2:" + folder.resolve("h2-" + n) + ";WRITE_DELAY=0");
    }
}
