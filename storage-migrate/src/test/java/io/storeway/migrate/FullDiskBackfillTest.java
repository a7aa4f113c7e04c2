package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target that may not grow any more: a SQLite file of so many pages. */
class FullDiskBackfillTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();

    private Storage target(String name, String options) {
        return Storages.open("jdbc:sqlite:" + folder.resolve(name) + options, Shop.CATALOG, CLOCK);
    }

    private BackfillReport migrate(Storage target) {
        return Migration.from(KvStorage.open(store, Shop.CATALOG, CLOCK))
                .to(target)
                .batch(8)
                .retries(0, Duration.ofSeconds(1))
                .clock(CLOCK)
                .build()
                .backfill();
    }

    /** The disk is full at each part of the run in turn: its tables, a batch, its checkpoint, its residue. */
    @Test
    void whereverTheDiskIsFullTheNextRunGoesOnOnceThereIsRoom() {
        Shop.fill(store);
        for (int i = 0; i < 120; i++) {
            store.commit(List.of(), List.of(Shop.put("book:x" + i, "{\"title\":\"" + "t".repeat(400) + "\"}")));
        }
        List<String> expected;
        List<EntityProgress> counts;
        try (Storage whole = target("whole.db", "")) {
            counts = migrate(whole).entities();
            expected = Shop.content(whole);
        }
        int failed = 0;
        boolean done = false;
        for (int pages = 14; !done; pages++) {
            String file = pages + ".db";
            target(file, "").close();
            try (Storage full = target(file, "?max_page_count=" + pages)) {
                migrate(full);
                done = true;
            } catch (StorageUnavailableException e) {
                assertThat(e).as("%d pages", pages).hasMessageContaining("disk is full");
                failed++;
            }
            try (Storage roomy = target(file, "")) {
                BackfillReport rest = migrate(roomy);
                if (done) {
                    assertThat(rest.writes()).isZero();
                } else {
                    assertThat(rest.entities()).as("%d pages", pages).isEqualTo(counts);
                }
                assertThat(Shop.content(roomy)).as("%d pages", pages).isEqualTo(expected);
            }
        }
        assertThat(failed).isGreaterThan(5);
    }
}
