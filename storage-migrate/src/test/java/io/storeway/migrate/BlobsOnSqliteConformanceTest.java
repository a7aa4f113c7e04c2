package io.storeway.migrate;

import io.storeway.Storages;
import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** Blobs in a SQL table; tested in this module because its tests see both backends. */
class BlobsOnSqliteConformanceTest extends StorageConformanceTest {

    private final AtomicInteger files = new AtomicInteger();

    @TempDir
    Path folder;

    @Override
    protected StorageFixture fixture() {
        return (catalog, clock) -> Storages.open(
                "kv+jdbc:sqlite:" + folder.resolve(files.incrementAndGet() + ".db?synchronous=NORMAL"), catalog, clock);
    }
}
