package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.StorageUnavailableException;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.fault.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MvStoreTest {

    private static final int HEADERS_BYTES = 2 * 4096;

    @TempDir
    Path directory = Path.of("");

    private void assertRefused(Path file, String part) {
        assertThatThrownBy(() -> MvStore.open(file))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining(part);
    }

    @Test
    void contentAndVersionsSurviveReopening() {
        Path file = directory.resolve("reopened.mv");
        long version;
        try (MvStore store = MvStore.open(file)) {
            Samples.put(store, "k", "v");
            version = Objects.requireNonNull(store.get("k")).version();
            store.commit(List.of(), List.of(KeyValueStore.Write.delete("k")));
        }
        try (MvStore store = MvStore.open(file)) {
            assertThat(store.get("k")).isNull();
            Samples.put(store, "k", "v");
            assertThat(Objects.requireNonNull(store.get("k")).version()).isGreaterThan(version);
        }
    }

    /**
     * As after a kill between the first commit to a file that was closed in order and the header that says so no more; that commit
     * uses the space of old ones again, which H2 allows after a second.
     */
    @Test
    void aHeaderThatStillSaysThatTheFileWasClosedLosesNothing() throws IOException {
        int most = 30;
        for (int commits = 1; commits <= most; commits++) {
            write(directory.resolve(commits + ".mv"), 0, commits);
        }
        long closed = System.nanoTime();
        for (int i = 0; System.nanoTime() - closed < TimeUnit.MILLISECONDS.toNanos(1_100); i++) {
            write(directory.resolve("other.mv"), i, i + 1);
        }
        for (int commits = 1; commits <= most; commits++) {
            Path file = directory.resolve(commits + ".mv");
            byte[] headers = Arrays.copyOf(Files.readAllBytes(file), HEADERS_BYTES);
            byte[] killed;
            try (MvStore store = MvStore.open(file)) {
                Samples.put(store, "one", "more");
                killed = Files.readAllBytes(file);
            }
            System.arraycopy(headers, 0, killed, 0, HEADERS_BYTES);
            Files.write(file, killed);
            try (MvStore store = MvStore.open(file)) {
                assertThat(store.list("k", null, 100).entries())
                        .as("after %d commits", commits)
                        .hasSize(commits);
            }
        }
    }

    private static void write(Path file, int from, int to) {
        try (MvStore store = MvStore.open(file)) {
            for (int i = from; i < to; i++) {
                store.commit(List.of(), List.of(KeyValueStore.Write.put("k" + i, new byte[300])));
            }
        }
    }

    @Test
    void openFileIsRefusedASecondTime() {
        Path file = directory.resolve("store.mv");
        try (MvStore store = MvStore.open(file)) {
            assertRefused(file, "is open already");
            Samples.put(store, "k", "v");
        }
        MvStore.open(file).close();
    }

    /** The lock that keeps other processes out would go if this one as much as looked at the file. */
    @Test
    void aSecondOpeningLeavesTheFileLocked() throws IOException, InterruptedException {
        Path file = directory.resolve("store.mv");
        Path link = Files.createSymbolicLink(directory.resolve("link.mv"), file);
        try (MvStore store = MvStore.open(file)) {
            Samples.put(store, "k", "v");
            assertRefused(file, "is open already");
            assertRefused(link, "is open already");
            try (JavaProcess other = JavaProcess.start(Opening.class, file.toString())) {
                assertThat(other.await()).isZero();
                assertThat(other.lines()).singleElement().asString().contains("is open already");
            }
        }
    }

    /** Another process that opens the file. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] args) {
            try (MvStore store = MvStore.open(Path.of(args[0]))) {
                System.out.println("opened with " + Samples.text(store, "k"));
            } catch (StorageUnavailableException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aFileOfAnyTextIsSaidToBeNoMvStore() throws IOException {
        for (String text : List.of("x", "\n", "a few words\n", "H", "words ".repeat(700), "words ".repeat(2_000))) {
            Path file = directory.resolve("notes.txt");
            Files.writeString(file, text);
            assertRefused(file, file + " is not an MVStore file");
            assertThat(file).hasContent(text);
        }
    }

    @Test
    void fileOfAnotherKindIsRefusedAndLeftAlone() throws IOException {
        Path file = directory.resolve("notes.txt");
        Files.writeString(file, "no store, only text ".repeat(1_000));
        String before = Files.readString(file);
        assertRefused(file, "is not an MVStore file");
        assertThat(Files.readString(file)).isEqualTo(before);
    }

    @Test
    void fileOfAnotherProgramIsRefused() {
        Path file = directory.resolve("other.mv.db");
        try (MVStore other = MVStore.open(file.toString())) {
            other.openMap("table.0").put("a", "b");
        }
        assertRefused(file, "of another program");
    }

    @Test
    void fileThatIsRefusedIsNotKeptOpen() {
        Path file = directory.resolve("other.mv");
        try (MVStore other = MVStore.open(file.toString())) {
            other.openMap("storeway.entries").put("a", "texts, where bytes are expected");
        }
        assertRefused(file, "is not an MVStore file, or is damaged");
        assertRefused(file, "is not an MVStore file, or is damaged");
    }

    @Test
    void missingDirectoryAndDirectoryAsFileAreRefused() {
        assertRefused(directory.resolve("missing/store.mv"), "does not exist; create it first");
        assertRefused(directory, "is a directory");
    }

    @Test
    @Tag("slow")
    void fileDoesNotGrowWithTheNumberOfWrites() throws IOException {
        Path file = directory.resolve("busy.mv");
        byte[] value = new byte[600];
        try (MvStore store = MvStore.open(file)) {
            for (int round = 0; round < 40_000; round++) {
                store.commit(List.of(), List.of(KeyValueStore.Write.put("k" + round % 100, value)));
            }
        }
        assertThat(Files.size(file)).isLessThan(250L << 20); // Without reuse it is more than 450 MiB.
    }

    @Test
    void interruptedThreadNeitherFailsNorHarmsTheStore() {
        try (MvStore store = MvStore.open(directory.resolve("interrupted.mv"))) {
            Thread.currentThread().interrupt();
            Samples.put(store, "k", "v");
            assertThat(Samples.text(store, "k")).isEqualTo("v");
            assertThat(Thread.interrupted()).isTrue();
            Samples.put(store, "k", "w");
            assertThat(Samples.text(store, "k")).isEqualTo("w");
        }
    }

    @Test
    void aFileWhoseProcessDiedBeforeTheFirstCommitIsOpenedAgain() {
        Path file = directory.resolve("killed.mv");
        MvFile.open(file).abandon();
        try (MvStore store = MvStore.open(file)) {
            Samples.put(store, "k", "v");
        }
        try (MvStore store = MvStore.open(file)) {
            assertThat(store.get("k")).isNotNull();
        }
    }

    /** A write of "a", and no memory left before the next one, once a commit has looked at all of them. */
    private static List<KeyValueStore.Write> cutOff() {
        KeyValueStore.Write write = KeyValueStore.Write.put("a", new byte[] {1});
        return new AbstractList<>() {
            private int walks;

            @Override
            public Iterator<KeyValueStore.Write> iterator() {
                walks++;
                return super.iterator();
            }

            @Override
            public KeyValueStore.Write get(int index) {
                if (walks > 1 && index == 1) {
                    throw new OutOfMemoryError("Java heap space");
                }
                return write;
            }

            @Override
            public int size() {
                return 2;
            }
        };
    }

    @Test
    void aCommitThatRunsOutOfMemoryLeavesNothingAndIsSaidToHaveDoneSo() {
        Path file = directory.resolve("heap.mv");
        try (MvStore store = MvStore.open(file)) {
            Samples.put(store, "k", "v");
            assertThatThrownBy(() -> store.commit(List.of(), cutOff())).isInstanceOf(OutOfMemoryError.class);
            MvFile elsewhere = MvFile.open(file);
            assertThatThrownBy(() -> store.get("k"))
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining("ran out of memory")
                    .hasMessageNotContaining("disk");
            elsewhere.close();
        }
        try (MvStore store = MvStore.open(file)) {
            Samples.put(store, "later", "v");
            assertThat(store.get("k")).isNotNull();
            assertThat(store.get("a")).isNull();
        }
    }

    @Test
    void aStoreGoesOnWithoutHalfOfACommit() {
        try (MvStore store = MvStore.open(directory.resolve("half.mv"))) {
            assertThatThrownBy(() -> store.commit(List.of(), cutOff())).isInstanceOf(OutOfMemoryError.class);
            assertThat(store.get("a")).isNull();
            Samples.put(store, "k", "v");
            assertThat(store.get("k")).isNotNull();
            assertThat(store.get("a")).isNull();
        }
    }

    @Test
    void thousandWritesAreOneChunk() throws IOException {
        Path file = directory.resolve("bulk.mv");
        try (MvStore store = MvStore.open(file)) {
            for (int batch = 0; batch < 20; batch++) {
                List<KeyValueStore.Write> writes = new ArrayList<>();
                for (int i = 0; i < 1_000; i++) {
                    writes.add(KeyValueStore.Write.put("k" + batch + ":" + i, new byte[600]));
                }
                store.commit(List.of(), writes);
            }
        }
        try (MvStore store = MvStore.open(file)) {
            assertThat(store.list("k19:", null, 2_000).entries()).hasSize(1_000);
        }
        assertThat(Files.size(file)).isLessThan(40L << 20);
    }
}
