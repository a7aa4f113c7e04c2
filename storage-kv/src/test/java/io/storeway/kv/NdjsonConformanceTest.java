package io.storeway.kv;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.junit.StorageConformanceTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A dump can only be read: it declines every law, and refuses what they would do. */
class NdjsonConformanceTest extends StorageConformanceTest {

    @TempDir
    Path folder;

    @Override
    protected StorageFixture fixture() {
        Path dump = folder.resolve("empty.ndjson");
        try {
            Files.writeString(dump, "", UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return StorageFixture.at(n -> "ndjson:" + dump);
    }
}
