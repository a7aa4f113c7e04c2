package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.fault.EventualStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A router from a store without conditions, whose reads are stale for a minute, to a database: two instances write, the database
 * fails at times, and no key differs that is not known as unsettled.
 */
class EventualRouterTest {

    record Note(String id, String text) {}

    interface Notes {
        @Reads(key = "id")
        Optional<Note> find(String id);

        @Reads
        List<Note> all();

        @Writes(key = "note.id")
        void save(Note note);

        @Writes(key = "0")
        void delete(String id);
    }

    private static final EntityType<Note> NOTES = EntityType.of(Note.class)
            .named("notes")
            .identifiedBy(Note::id)
            .keyValue("note:{id}", Blob.object())
            .build();

    private static final Duration STALENESS = Duration.ofSeconds(60);
    private static final int WRITES = 120;
    private static final int KEYS = 12;

    /** Notes in a storage, which may be down. */
    private static final class Stored implements Notes {
        private final Repository<Note> notes;
        private boolean down;

        Stored(Storage storage) {
            this.notes = storage.repository(NOTES);
        }

        @Override
        public Optional<Note> find(String id) {
            return notes.find(id);
        }

        @Override
        public List<Note> all() {
            return notes.all().allowScan().list();
        }

        @Override
        public void save(Note note) {
            requireUp();
            notes.save(note);
        }

        @Override
        public void delete(String id) {
            requireUp();
            notes.delete(id);
        }

        private void requireUp() {
            if (down) {
                throw new IllegalStateException("down");
            }
        }
    }

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));

    private Router<Notes> instance(String name, Notes old, Notes fresh, Storage control) {
        return Router.between(Notes.class, old, fresh)
                .controlledBy(control)
                .instance(name)
                .clock(clock)
                .shadowComparisons(0)
                .stepwise(clock::advance)
                .open();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noKeyDiffersThatIsNotKnownAsUnsettled(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Stored old = new Stored(KvStorage.open(new EventualStore(clock, STALENESS, seed), Catalog.of(NOTES), clock));
        try (Storage sql = Storages.open("jdbc:sqlite:" + folder.resolve("notes.db"), Catalog.of(NOTES), clock)) {
            Stored fresh = new Stored(sql);
            for (int i = 0; i < KEYS; i++) {
                old.save(new Note("n" + i, "before"));
            }
            try (Router<Notes> one = instance("one", old, fresh, sql);
                    Router<Notes> two = instance("two", old, fresh, sql)) {
                advance(one, two);
                // What is written while an application copies is for it to look after; here nobody writes for so long.
                clock.advance(STALENESS);
                old.all().forEach(fresh::save);
                one.control().copied("ann", "copied when everything was seen everywhere");
                one.control().acceptMissingFence("ann", "the store has none");
                Map<String, String> acknowledged = new TreeMap<>();
                old.all().forEach(note -> acknowledged.put(note.id(), note.text()));
                boolean failed = false;
                for (int write = 0; write < WRITES; write++) {
                    if (write == WRITES / 3 || write == WRITES / 2) {
                        fresh.down = false;
                        settle(one, two, old, fresh);
                        advance(one, two);
                    }
                    fresh.down = random.nextInt(10) == 0;
                    failed |= fresh.down;
                    write(random, random.nextBoolean() ? one : two, write, acknowledged);
                    clock.advance(Duration.ofSeconds(random.nextInt(2)));
                    one.tick();
                    two.tick();
                }
                clock.advance(STALENESS);
                assertThat(one.stage()).isEqualTo(Stage.READ_NEW);
                assertThat(failed).isTrue();
                assertThat(content(old)).isEqualTo(acknowledged);
                Set<String> different = new HashSet<>(acknowledged.keySet());
                different.addAll(content(fresh).keySet());
                different.removeIf(id -> Optional.ofNullable(acknowledged.get(id))
                        .equals(Optional.ofNullable(content(fresh).get(id))));
                assertThat(one.control().unsettled()).containsAll(different);
                assertThat(different).isNotEmpty();
            }
        }
    }

    /** Makes both sides agree on what is unsettled, when every write is seen everywhere. */
    private void settle(Router<Notes> one, Router<Notes> two, Notes old, Notes fresh) {
        clock.advance(STALENESS);
        one.tick();
        two.tick();
        for (String id : one.control().unsettled()) {
            old.find(id).ifPresentOrElse(fresh::save, () -> fresh.delete(id));
            assertThat(one.control().settle(id, "ann", "copied")).isTrue();
        }
        assertThat(content(fresh)).isEqualTo(content(old));
    }

    private void advance(Router<Notes> one, Router<Notes> two) {
        one.tick();
        two.tick();
        one.control().advance("ann", "on");
        one.tick();
        two.tick();
    }

    private static void write(
            SplittableRandom random, Router<Notes> router, int write, Map<String, String> acknowledged) {
        String id = "n" + random.nextInt(2 * KEYS);
        if (random.nextInt(4) == 0) {
            router.repository().delete(id);
            acknowledged.remove(id);
        } else {
            router.repository().save(new Note(id, "write " + write));
            acknowledged.put(id, "write " + write);
        }
    }

    private static Map<String, String> content(Notes notes) {
        Map<String, String> content = new TreeMap<>();
        notes.all().forEach(note -> content.put(note.id(), note.text()));
        return content;
    }
}
