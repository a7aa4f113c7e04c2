package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Health;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A storage that is opened as soon as it can be reached. */
@Timeout(60)
class DeferredStorageTest {

    record Note(String id, String text) {}

    private static final EntityType<Note> NOTES =
            EntityType.of(Note.class).named("notes").identifiedBy(Note::id).build();
    private static final Catalog CATALOG = Catalog.of(NOTES);
    private static final Note NOTE = new Note("a", "b");

    @TempDir
    Path folder;

    @Test
    void oneThatCanBeReachedIsOpenedAtOnce() {
        try (Storage storage = Storages.deferred(CATALOG, () -> Storages.open("memory:", CATALOG))) {
            storage.repository(NOTES).insert(NOTE);
            assertThat(storage.name()).isEqualTo("memory");
            assertThat(storage.repository(NOTES).find("a")).contains(NOTE);
        }
    }

    @Test
    void oneThatIsOutOfReachIsAsOneThatIsDownUntilALaterCallOpensIt() throws Exception {
        Path parent = folder.resolve("later");
        Files.writeString(parent, "in the way");
        String uri = "mvstore:" + parent.resolve("notes.mv");
        AtomicInteger tries = new AtomicInteger();
        try (Storage storage = Storages.deferred(CATALOG, () -> {
            tries.incrementAndGet();
            return Storages.open(uri, CATALOG);
        })) {
            assertThatThrownBy(() -> storage.repository(NOTES))
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining("could not be opened yet");
            assertThatThrownBy(() -> storage.transact(unit -> 1)).isInstanceOf(StorageUnavailableException.class);
            assertThatThrownBy(storage::replica).isInstanceOf(StorageUnavailableException.class);
            assertThatThrownBy(storage::capabilities).isInstanceOf(StorageUnavailableException.class);
            assertThat(storage.health().status()).isEqualTo(Health.Status.DOWN);
            assertThat(storage.catalog()).isSameAs(CATALOG);
            assertThat(tries).as("not at every call").hasValueLessThanOrEqualTo(3);
            Files.delete(parent);
            Files.createDirectory(parent);
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (storage.health().status() == Health.Status.DOWN && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            storage.repository(NOTES).insert(NOTE);
        }
        try (Storage again = Storages.open(uri, CATALOG)) {
            assertThat(again.repository(NOTES).find("a")).contains(NOTE);
        }
    }

    @Test
    void oneThatDoesNotAnswerInTimeIsOutOfReachToo() {
        Storage storage = Storages.deferred(CATALOG, () -> {
            throw new StorageTimeoutException("planned", ErrorContext.of("open"), null);
        });
        assertThatThrownBy(() -> storage.repository(NOTES))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("planned");
        storage.close();
    }

    @Test
    void whateverElseIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> Storages.deferred(CATALOG, () -> Storages.open("nonsense:", CATALOG)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nonsense:");
        assertThatThrownBy(() -> Storages.deferred(CATALOG, () -> Storages.open("memory:", Catalog.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another catalog, without the entity type notes");
    }

    @Test
    void oneThatIsClosedBeforeIsNotOpenedAnyMore() {
        AtomicInteger tries = new AtomicInteger();
        Storage storage = Storages.deferred(CATALOG, () -> {
            tries.incrementAndGet();
            throw new StorageUnavailableException("planned", ErrorContext.of("open"), null);
        });
        storage.close();
        assertThatThrownBy(() -> storage.repository(NOTES)).isInstanceOf(StorageClosedException.class);
        storage.close();
        assertThat(tries).hasValue(1);
    }
}
