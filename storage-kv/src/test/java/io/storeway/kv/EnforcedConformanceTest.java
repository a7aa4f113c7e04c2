package io.storeway.kv;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Storages that enforce constraints between blobs keep the laws that SQL storages keep. */
class EnforcedConformanceTest {

    private static final String ENFORCED = "constraints=enforced";

    @Nested
    class EnforcedMemory extends StorageConformanceTest {
        @Override
        protected StorageFixture fixture() {
            return StorageFixture.at(n -> "memory:?" + ENFORCED);
        }
    }

    @Nested
    @Tag("slow")
    class EnforcedMvStore extends StorageConformanceTest {
        @TempDir
        Path folder;

        @Override
        protected StorageFixture fixture() {
            return StorageFixture.at(n -> "mvstore:" + folder.resolve(n + ".mv") + "?" + ENFORCED);
        }

        @Override
        protected int lists() {
            return 50;
        }
    }

    @Nested
    @Tag("slow")
    class EnforcedRocks extends StorageConformanceTest {
        @TempDir
        Path folder;

        @Override
        protected StorageFixture fixture() {
            return StorageFixture.at(n -> "rocksdb:" + folder.resolve("" + n) + "?durability=commit&" + ENFORCED);
        }

        @Override
        protected int lists() {
            return 30;
        }
    }

    @Nested
    @Tag("slow")
    class EnforcedRedis extends StorageConformanceTest {
        @Override
        protected StorageFixture fixture() {
            return StorageFixture.at(n -> Engines.redis().newPlace() + "?" + ENFORCED);
        }

        @Override
        protected int lists() {
            return 30;
        }
    }
}
