package io.storeway.kv.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.VersionConflictException;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class RocksStoreTest {

    @TempDir
    Path directory;

    private static void put(RocksStore store, String key, int value) {
        store.commit(List.of(), List.of(Write.put(key, bytes(value))));
    }

    private static byte[] bytes(int value) {
        return Integer.toString(value).getBytes(StandardCharsets.UTF_8);
    }

    private static Entry entry(RocksStore store, String key) {
        return Objects.requireNonNull(store.get(key));
    }

    private void assertRefused(Path folder, String part) {
        assertThatThrownBy(() -> RocksStore.open(folder))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining(part)
                .hasMessageContaining("rocksdb");
    }

    @Test
    void versionsGoOnAfterReopeningAlsoWhereEverythingWasDeleted() {
        Path folder = directory.resolve("data");
        long version;
        try (RocksStore store = RocksStore.open(folder)) {
            IntStream.range(0, 50).forEach(i -> put(store, "k", i));
            version = entry(store, "k").version();
            store.commit(List.of(), List.of(Write.delete("k")));
        }
        try (RocksStore store = RocksStore.open(folder)) {
            assertThat(store.get("k")).isNull();
            assertThat(store.list("", null, 10).entries()).isEmpty();
            put(store, "k", 1);
            assertThat(entry(store, "k").version()).isGreaterThan(version);
        }
    }

    @Test
    void folderThatIsOpenIsNamed() {
        Path folder = directory.resolve("data");
        try (RocksStore store = RocksStore.open(folder)) {
            assertRefused(folder, folder + " is open already");
            put(store, "k", 1);
        }
        RocksStore.open(folder).close();
    }

    @Test
    void folderThatHoldsSomethingElseIsRefusedAndLeftAlone() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("photos"));
        Files.writeString(folder.resolve("cat.jpg"), "a cat");
        assertRefused(folder, "holds something else");
        assertThat(folder).isDirectoryNotContaining(file -> !file.endsWith("cat.jpg"));
    }

    @Test
    void folderOfAnotherProgramIsRefused() throws RocksDBException {
        Path folder = directory.resolve("other");
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB other = RocksDB.open(options, folder.toString())) {
            other.put(new byte[] {1}, new byte[] {2});
        }
        assertRefused(folder, "is a RocksDB of another program");
        assertRefused(folder, "is a RocksDB of another program");
    }

    @Test
    void damagedFolderIsRefused() throws IOException {
        Path folder = directory.resolve("data");
        try (RocksStore store = RocksStore.open(folder)) {
            put(store, "k", 1);
        }
        Files.writeString(folder.resolve("CURRENT"), "nonsense");
        assertRefused(folder, "may be damaged");
    }

    @Test
    void missingDirectoryAndFileAsFolderAreRefused() throws IOException {
        assertRefused(directory.resolve("missing/data"), "does not exist; create it first");
        assertRefused(Files.createFile(directory.resolve("file")), "is a file; give a folder");
    }

    @Test
    void writersOfManyThreadsLoseNoUpdateOfTwoKeysTogether() throws Exception {
        try (RocksStore store = RocksStore.open(directory.resolve("data"))) {
            store.commit(List.of(), List.of(Write.put("a", bytes(0)), Write.put("b", bytes(0))));
            together(8, () -> {
                for (int i = 0; i < 50; i++) {
                    increment(store, i % 2 == 0 ? List.of("a", "b") : List.of("b", "a"));
                }
                return true;
            });
            assertThat(store.getAll(List.of("a", "b")))
                    .allSatisfy(entry ->
                            assertThat(Objects.requireNonNull(entry).value()).isEqualTo(bytes(400)));
        }
    }

    private static void increment(RocksStore store, List<String> keys) {
        while (true) {
            Entry first = entry(store, keys.get(0));
            byte[] next = bytes(Integer.parseInt(new String(first.value(), StandardCharsets.UTF_8)) + 1);
            try {
                store.commit(
                        List.of(new Expectation(first.key(), first.version())),
                        keys.stream().map(key -> Write.put(key, next)).toList());
                return;
            } catch (VersionConflictException e) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void closingWaitsForTheCallsThatRun() throws Exception {
        RocksStore store = RocksStore.open(directory.resolve("data"));
        AtomicInteger written = new AtomicInteger();
        together(4, () -> {
            try {
                while (true) {
                    put(store, "k" + written.incrementAndGet(), 1);
                    if (written.get() > 100) {
                        store.close();
                    }
                }
            } catch (StorageClosedException e) {
                return true;
            }
        });
        try (RocksStore again = RocksStore.open(directory.resolve("data"))) {
            assertThat(again.list("k", null, 200).entries()).hasSizeGreaterThanOrEqualTo(100);
        }
    }

    private static void together(int threads, Callable<Boolean> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (Future<Boolean> done : executor.invokeAll(
                    IntStream.range(0, threads).mapToObj(i -> work).toList())) {
                assertThat(done.get()).isTrue();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
