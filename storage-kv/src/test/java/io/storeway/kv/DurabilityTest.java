package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Capability;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.InvalidValueException;
import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on the disk when a commit has returned: a copy taken then is what the death of the process would leave. */
class DurabilityTest {

    @TempDir
    Path folder;

    private int copies;

    static Stream<Arguments> all() {
        return Stream.of(DiskStore.values())
                .flatMap(store -> Stream.of(Durability.values()).map(level -> Arguments.of(store, level)));
    }

    private boolean copyHas(DiskStore kind, Path path, String key) throws IOException {
        Path copy = DiskStore.copy(path, folder.resolve("copy" + copies++));
        try (KeyValueStore store = kind.open(copy, Durability.COMMIT)) {
            return store.get(key) != null;
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void onlyWhatSurvivesTheProcessIsOnTheDiskAtOnceAndAllIsAfterClosing(DiskStore kind, Durability level)
            throws IOException {
        Path path = folder.resolve("data");
        try (KeyValueStore store = kind.open(path, Durability.COMMIT)) {
            Samples.put(store, "before", "v");
        }
        try (KeyValueStore store = kind.open(path, level)) {
            assertThat(store.durable()).isEqualTo(level.survivesProcess());
            Samples.put(store, "k", "v");
            assertThat(Samples.text(store, "k")).isEqualTo("v");
            if (level != Durability.INTERVAL) {
                assertThat(copyHas(kind, path, "k")).isEqualTo(level != Durability.NONE);
            }
            assertThat(copyHas(kind, path, "before")).isTrue();
        }
        assertThat(copyHas(kind, path, "k")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void withAnIntervalACommitReachesTheDiskSoonWithoutAnotherCall(DiskStore kind) throws Exception {
        Path path = folder.resolve("data");
        kind.open(path, Durability.COMMIT).close();
        try (WatchService changes = FileSystems.getDefault().newWatchService();
                KeyValueStore store = kind.open(path, Durability.INTERVAL)) {
            (kind == DiskStore.MVSTORE ? folder : path)
                    .register(changes, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_CREATE);
            Samples.put(store, "k", "v");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!copyHas(kind, path, "k")) {
                assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
                var change = changes.poll(100, TimeUnit.MILLISECONDS);
                if (change != null) {
                    change.pollEvents();
                    change.reset();
                }
            }
        }
    }

    @Test
    void withoutDurabilityMemoryIsStillBounded() throws IOException {
        Path path = folder.resolve("data");
        byte[] megabyte = new byte[1 << 20];
        try (KeyValueStore store = MvStore.open(path, Durability.NONE)) {
            for (int i = 0; i < 70; i++) {
                store.commit(List.of(), List.of(KeyValueStore.Write.put("k" + i % 10, megabyte)));
            }
            assertThat(copyHas(DiskStore.MVSTORE, path, "k1")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mvstore:", "rocksdb:"})
    void theUriSaysTheLevelByName(String scheme) {
        try (Storage storage = Storages.open(scheme + folder.resolve("a") + "?durability=interval", Samples.CATALOG)) {
            assertThat(storage.capabilities().has(Capability.DURABLE)).isFalse();
            assertThat(storage.capabilities().reason(Capability.DURABLE))
                    .hasValueSatisfying(reason -> assertThat(reason).contains("death of the process"));
        }
        try (Storage storage = Storages.open(scheme + folder.resolve("b") + "?durability=sync", Samples.CATALOG)) {
            assertThat(storage.capabilities().has(Capability.DURABLE)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mvstore:x?durability=always",
                "rocksdb:x?durability=SYNC",
                "mvstore:x?durability=none&durability=sync",
                "mvstore:x?speed=high",
                "rocksdb:x?",
                "rocksdb:",
                "mvstore:?durability=sync",
                "ndjson:x?durability=sync"
            })
    void anotherLevelOrOptionIsRefused(String uri) {
        assertThatThrownBy(() -> Storages.open(uri, Samples.CATALOG))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("uri");
    }

    @Test
    void theRefusalNamesTheLevels() {
        assertThatThrownBy(() -> Storages.open("rocksdb:x?durability=always", Samples.CATALOG))
                .hasMessageContaining("durability is one of sync, commit, interval, none");
    }
}
