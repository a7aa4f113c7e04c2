package io.storeway.kv.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.MvStore;
import io.storeway.kv.NdjsonStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupTest {

    private static final Instant LATER = Instant.parse("2030-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private static void quiet(long entries) {
        assertThat(entries).isNotNegative();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MemoryStore filled() {
        MemoryStore store = new MemoryStore();
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < 1_234; i++) {
            writes.add(new Write(
                    "key:" + i + (i % 7 == 0 ? "é😀" : ""),
                    i % 11 == 0 ? new byte[] {(byte) 0xff, 0, (byte) i} : bytes("{\"n\":" + i + ".0}\n\0"),
                    i % 5 == 0 ? "{ \"m\" : 1.50 }" : null,
                    i % 3 == 0 ? LATER : null));
        }
        store.commit(List.of(), writes);
        return store;
    }

    private static List<Entry> entries(KeyValueStore store) {
        return store.list("", null, 10_000).entries();
    }

    private static void sameExceptVersions(KeyValueStore one, KeyValueStore other) {
        assertThat(entries(one))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("version", "metadata")
                .isEqualTo(entries(other));
        assertThat(entries(one))
                .extracting(entry -> compact(entry))
                .isEqualTo(entries(other).stream().map(BackupTest::compact).toList());
    }

    private static String compact(Entry entry) {
        return String.valueOf(entry.metadata()).replace(" ", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"b.ndjson", "b.ndjson.gz", "b.json", "b.json.gz"})
    void whatIsRestoredIsWhatWasThere(String name) {
        MemoryStore store = filled();
        Path file = folder.resolve(name);
        Backup written = Backup.write(store, file, BackupTest::quiet);
        assertThat(written.entries()).isEqualTo(1_234);
        Backup backup = Backup.open(file, BackupTest::quiet);
        assertThat(backup.sha256()).isEqualTo(written.sha256());
        try (MvStore into = MvStore.open(folder.resolve("into.mv"))) {
            RestoreReport report = backup.restore(into, OtherKeys.KEEP, BackupTest::quiet);
            assertThat(report).isEqualTo(new RestoreReport(1_234, 0, 0, 0, 0, List.of()));
            sameExceptVersions(into, store);
            assertThat(backup.restore(into, OtherKeys.KEEP, BackupTest::quiet))
                    .isEqualTo(new RestoreReport(0, 1_234, 0, 0, 0, List.of()));
        }
    }

    @Test
    void aRestoreOverAChangedStoreWritesWhatDiffersAndDeletesTheRestOnRequest() {
        MemoryStore store = filled();
        Backup backup = Backup.write(store, folder.resolve("b.ndjson.gz"), BackupTest::quiet);
        store.commit(
                List.of(),
                List.of(
                        Write.delete("key:1"),
                        Write.put("key:2", bytes("other")),
                        new Write("key:3", bytes("{\"n\":3.0}\n\0"), null, LATER.plusSeconds(1)),
                        Write.put("a", bytes("new")),
                        Write.put("key:10000", bytes("new")),
                        Write.put("z", bytes("new"))));
        RestoreReport kept = backup.restore(store, OtherKeys.KEEP, BackupTest::quiet);
        assertThat(kept).isEqualTo(new RestoreReport(3, 1_231, 0, 3, 0, List.of()));
        assertThat(kept.equal()).isFalse();
        RestoreReport exact = backup.restore(store, OtherKeys.DELETE, BackupTest::quiet);
        assertThat(exact).isEqualTo(new RestoreReport(0, 1_234, 3, 0, 0, List.of()));
        sameExceptVersions(store, filled());
    }

    @Test
    void aStoreThatTakesAWriteAndForgetsItIsFoundOut() {
        Backup backup = Backup.write(filled(), folder.resolve("b.ndjson"), BackupTest::quiet);
        MemoryStore forgetful = new MemoryStore();
        RestoreReport report = backup.restore(forgetful, OtherKeys.KEEP, done -> {
            if (forgetful.get("key:5") != null) {
                forgetful.commit(List.of(), List.of(Write.delete("key:5"), Write.put("key:6", bytes("x"))));
            }
        });
        assertThat(report.equal()).isFalse();
        assertThat(report.examples()).containsExactlyInAnyOrder("key:5", "key:6");
        assertThat(report.different()).isEqualTo(2);
        assertThat(report.others()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"b.ndjson", "b.ndjson.gz", "b.json", "b.json.gz"})
    void aFileThatWasCutOffIsRefusedWithAndWithoutItsChecksum(String name) throws IOException {
        Path file = folder.resolve(name);
        Backup.write(filled(), file, BackupTest::quiet);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 20));
        assertThatThrownBy(() -> Backup.open(file, BackupTest::quiet))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("SHA-256");
        assertThatThrownBy(() -> Backup.openWithoutChecksum(file, BackupTest::quiet))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(name);
    }

    @Test
    void aFlippedBitIsRefused() throws IOException {
        Path file = folder.resolve("b.ndjson");
        Backup.write(filled(), file, BackupTest::quiet);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> Backup.open(file, BackupTest::quiet)).hasMessageContaining("changed or cut off");
    }

    @Test
    void aFileWithoutChecksumIsTakenOnlyOnRequest() throws IOException {
        Path file = Files.writeString(
                folder.resolve("w.json"), "[{\"key\":\"b\",\"value\":\"1\"},{\"key\":\"a\",\"value\":\"2\"}]");
        assertThatThrownBy(() -> Backup.open(file, BackupTest::quiet))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("w.json.sha256");
        Backup backup = Backup.openWithoutChecksum(file, BackupTest::quiet);
        MemoryStore store = new MemoryStore();
        assertThatThrownBy(() -> backup.restore(store, OtherKeys.DELETE, BackupTest::quiet))
                .hasMessageContaining("not sorted");
        assertThat(backup.restore(store, OtherKeys.KEEP, BackupTest::quiet).equal())
                .isTrue();
    }

    @Test
    void whatCannotBeDoneIsRefusedBeforeAnything() throws IOException {
        MemoryStore store = filled();
        Path there = Files.writeString(folder.resolve("there.ndjson"), "");
        assertThatThrownBy(() -> Backup.write(store, there, BackupTest::quiet)).hasMessageContaining("there already");
        assertThatThrownBy(() -> Backup.write(store, folder.resolve("b.txt"), BackupTest::quiet))
                .hasMessageContaining(".ndjson");
        assertThatThrownBy(() -> Backup.write(store, folder.resolve("no/b.ndjson"), BackupTest::quiet))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("can't be written");
        assertThatThrownBy(() -> Backup.open(folder.resolve("none.ndjson"), BackupTest::quiet))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("does not exist");
        Backup backup = Backup.write(store, folder.resolve("b.ndjson"), BackupTest::quiet);
        try (NdjsonStore readOnly = NdjsonStore.open(there)) {
            assertThatThrownBy(() -> backup.restore(readOnly, OtherKeys.KEEP, BackupTest::quiet))
                    .hasMessageContaining("read-only");
        }
    }

    @Test
    void theChecksumIsOneThatSha256sumReads() throws IOException {
        Path file = folder.resolve("b.json.gz");
        Backup backup = Backup.write(new MemoryStore(), file, BackupTest::quiet);
        assertThat(Files.readString(folder.resolve("b.json.gz.sha256"))).isEqualTo(backup.sha256() + "  b.json.gz\n");
        assertThat(backup.entries()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"full.ndjson", "full.json", "full.ndjson.gz"})
    void aBackupForWhichThereIsNoRoomLeavesNothing(String name) throws IOException {
        Path full = Path.of("/dev/full");
        assumeThat(Files.exists(full)).as("there is a disk that is full").isTrue();
        MemoryStore store = new MemoryStore();
        byte[] value = new byte[1 << 20];
        new Random(1).nextBytes(value);
        store.commit(List.of(), List.of(Write.put("a", value), Write.put("b", value)));
        Files.createSymbolicLink(folder.resolve(name + ".unfinished"), full);
        assertThatThrownBy(() -> Backup.write(store, folder.resolve(name), BackupTest::quiet))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("can't be written");
        assertThat(folder).isEmptyDirectory();
    }
}
