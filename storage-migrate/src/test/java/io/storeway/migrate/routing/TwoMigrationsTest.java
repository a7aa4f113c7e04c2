package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.testkit.call.Interposed;
import java.lang.invoke.MethodHandles;
import org.junit.jupiter.api.Test;

/** Two kinds of data leave one storage, each for a storage of its own. */
class TwoMigrationsTest {

    record Note(String id, String text) {}

    private static final EntityType<Note> NOTES = EntityType.of(Note.class, MethodHandles.lookup())
            .named("notes")
            .identifiedBy(Note::id)
            .keyValue("notes:{id}", Blob.object())
            .build();

    private final MemoryStore shared = new MemoryStore();
    private boolean down;

    private RoutedStorage migration(String name, EntityType<?> type) {
        Catalog catalog = Catalog.of(type);
        Storage fresh = KvStorage.open(
                Interposed.store(new MemoryStore(), call -> {
                    if (down) {
                        throw new StorageUnavailableException("down", ErrorContext.of(call.verb()), null);
                    }
                    return call.proceed();
                }),
                catalog);
        return RoutedStorage.between(KvStorage.open(shared, catalog), fresh)
                .named(name)
                .followers(0)
                .shadowComparisons(0)
                .shadowSample(0)
                .stepwise(time -> {})
                .open();
    }

    @Test
    void neitherIsHeldByTheMarksOfTheOther() {
        try (RoutedStorage entries = migration("entries", MovesTest.ENTRIES);
                RoutedStorage notes = migration("notes", NOTES)) {
            Moves.to(entries, Stage.DUAL_WRITE);
            Moves.to(notes, Stage.DUAL_WRITE);
            down = true;
            notes.repository(NOTES).save(new Note("1", "unheard"));
            down = false;
            assertThat(notes.control().status().marks()).hasValue(1);
            assertThat(entries.control().status().marks()).hasValue(0);
            entries.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
            Moves.to(entries, Stage.LIVE);
            assertThat(entries.backgroundFailure()).isEmpty();
            assertThat(notes.control().status().marks()).hasValue(1);
            Moves.to(notes, Stage.LIVE);
            assertThat(notes.repository(NOTES).find("1")).contains(new Note("1", "unheard"));
        }
    }
}
