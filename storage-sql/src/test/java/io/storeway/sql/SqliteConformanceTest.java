package io.storeway.sql;

import io.storeway.Storages;
import io.storeway.testkit.StorageConformanceTest;
import io.storeway.testkit.StorageFixture;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

class SqliteConformanceTest extends StorageConformanceTest {

    private final AtomicInteger files = new AtomicInteger();

    @TempDir
    Path folder;

    @Override
    protected StorageFixture fixture() {
        return (catalog, clock) ->
                Storages.open("jdbc:sqlite:" + folder.resolve(files.incrementAndGet() + ".db"), catalog, clock);
    }
}
