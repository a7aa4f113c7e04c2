package io.storeway.sql;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteConformanceTest extends StorageConformanceTest {

    @TempDir
    Path folder;

    @Override
    protected StorageFixture fixture() {
        return StorageFixture.at(n -> "jdbc:sqlite:" + folder.resolve(n + ".db"));
    }
}
