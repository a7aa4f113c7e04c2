package io.storeway.migrate;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Blobs in a SQL table; tested in this module because its tests see both backends. */
class BlobsOnSqliteConformanceTest extends StorageConformanceTest {

    @TempDir
    Path folder;

    @Override
    protected StorageFixture fixture() {
        return StorageFixture.at(n -> "kv+jdbc:sqlite:" + folder.resolve(n + ".db?synchronous=NORMAL"));
    }
}
