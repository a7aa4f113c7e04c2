package io.storeway.examples.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.data.NastyData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest {

    @TempDir
    Path folder;

    @Test
    void aJournalThatWasDecidedIsFinishedWhenTheStoreIsOpened() throws IOException {
        try (KeyValueStore store = DirectoryStore.open(folder)) {
            store.commit(List.of(), List.of(Write.put("a", new byte[] {1}), Write.put("b", new byte[] {1})));
        }
        new Journal(2, List.of(Write.put("a", new byte[] {2}), Write.delete("b"))).write(folder.resolve("journal"));
        try (KeyValueStore store = DirectoryStore.open(folder)) {
            assertThat(Objects.requireNonNull(store.get("a")).value()).containsExactly(2);
            assertThat(store.get("b")).isNull();
            store.commit(List.of(), List.of(Write.put("b", new byte[1])));
            assertThat(store.get("b")).extracting(Entry::version).isEqualTo(3L);
        }
        assertThat(folder.resolve("journal")).doesNotExist();
    }

    @Test
    void aJournalThatWasNotRenamedIsIgnored() throws IOException {
        try (KeyValueStore store = DirectoryStore.open(folder)) {
            store.commit(List.of(), List.of(Write.put("a", new byte[] {1})));
        }
        Files.write(folder.resolve("journal.new"), new byte[] {0, 0, 0});
        try (KeyValueStore store = DirectoryStore.open(folder)) {
            assertThat(Objects.requireNonNull(store.get("a")).value()).containsExactly(1);
            store.commit(List.of(), List.of(Write.put("a", new byte[] {2})));
        }
        try (KeyValueStore store = DirectoryStore.open(folder)) {
            assertThat(Objects.requireNonNull(store.get("a")).value()).containsExactly(2);
        }
    }

    @Test
    void everyKeyHasAFileOfItsOwnWithinTheFolder() throws IOException {
        try (KeyValueStore store = DirectoryStore.open(folder)) {
            for (String key : NastyData.ids()) {
                store.commit(List.of(), List.of(Write.put(key, key.getBytes(StandardCharsets.UTF_8))));
            }
        }
        try (var files = Files.list(folder)) {
            assertThat(files.filter(file -> file.toString().endsWith(".entry")))
                    .hasSize(NastyData.ids().size());
        }
        try (KeyValueStore store = DirectoryStore.open(folder)) {
            assertThat(store.getAll(NastyData.ids())).doesNotContainNull();
        }
    }
}
