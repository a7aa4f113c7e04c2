package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.OnDelete;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.kv.Constraints;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.wrong.WrongBlobs;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.history.History;
import io.storeway.testkit.history.Linearizability;
import io.storeway.testkit.schedule.Interleavings;
import io.storeway.testkit.schedule.Interleavings.Explored;
import io.storeway.testkit.schedule.Program;
import io.storeway.testkit.schedule.Run;
import io.storeway.testkit.schedule.ScheduleFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every order of the store calls of a writer and readers: what they see of a record is what they could see of one register.
 * Those of which an instance keeps records in its process use that instance alone.
 */
class CacheInterleavingTest {

    record Item(String id, String text) {}

    private static final EntityType<Item> ITEMS =
            EntityType.of(Item.class).named("items").identifiedBy(Item::id).build();

    record Part(String id, String item) {}

    private static final EntityType<Part> PARTS = EntityType.of(Part.class)
            .named("parts")
            .identifiedBy(Part::id)
            .references(Part::item, ITEMS, OnDelete.CASCADE)
            .build();
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int MOST_RUNS = 100_000;

    /** What the threads of a run share. */
    private static final class World {

        private final Run run;
        private final History history = new History();
        private final Storage source;
        private final KeyValueStore cache;

        World(Run run, KeyValueStore cache) {
            this.run = run;
            KeyValueStore store = new MemoryStore();
            KvStorage.open(store, Catalog.of(ITEMS)).repository(ITEMS).insert(new Item("a", "old"));
            this.source = KvStorage.open(run.store(store), Catalog.of(ITEMS), run.clock());
            this.cache = run.store(cache);
        }

        Repository<Item> instance(UnaryOperator<CachedStorageBuilder> more) {
            return more.apply(CachedStorage.over(source, cache)
                            .clock(run.clock())
                            .cache(ITEMS, CachePolicy.lasting(HOUR))
                            .reading(new CallersThread()))
                    .open()
                    .repository(ITEMS);
        }

        void read(Repository<Item> items) throws Exception {
            history.read("a", () -> items.find("a").map(Item::text).orElse(null));
        }

        /** Reads the record with another one, which isn't there. */
        void readTwo(Repository<Item> items) throws Exception {
            history.read("a", () -> {
                Item found = items.findAll(List.of(Key.of("b"), Key.of("a"))).get(1);
                return found == null ? null : found.text();
            });
        }

        void write(Repository<Item> items, String text) throws Exception {
            history.write("a", text, () -> items.update(new Item("a", text)));
        }

        void check() {
            Linearizability.check(history.operations(), Map.of("a", "old"));
        }
    }

    /** A writer, and a reader who reads once and again, on one instance that keeps records in the process. */
    private static Program near(Supplier<KeyValueStore> cache) {
        return run -> {
            World world = new World(run, cache.get());
            Repository<Item> items = world.instance(builder -> builder.near(10, HOUR));
            items.find("a");
            run.thread("writer", () -> world.write(items, "new"));
            run.thread("filler", () -> world.read(items));
            run.thread("reader", () -> {
                world.read(items);
                world.read(items);
            });
            run.afterwards(() -> {
                world.read(items);
                world.read(items);
                world.check();
            });
        };
    }

    /** Two instances that share a store: one writes, and both read. */
    private static Program twoInstances(
            Supplier<KeyValueStore> cache, boolean filled, UnaryOperator<CachedStorageBuilder> reader) {
        return run -> {
            World world = new World(run, cache.get());
            Repository<Item> here = world.instance(builder -> builder);
            Repository<Item> there = world.instance(reader);
            if (filled) {
                here.find("a");
            }
            run.thread("writer", () -> world.write(here, "new"));
            run.thread("reader", () -> {
                world.read(there);
                world.read(there);
            });
            run.afterwards(() -> {
                world.read(here);
                world.read(there);
                world.check();
            });
        };
    }

    @Test
    void readersOfOneInstanceSeeARecordAsOneRegister() {
        Explored explored =
                Interleavings.of(near(MemoryStore::new)).preemptions(3).all(MOST_RUNS);
        assertThat(explored.complete()).isTrue();
        assertThat(explored.runs()).isGreaterThan(100);
    }

    @Test
    void readersOfTwoInstancesSeeARecordAsOneRegister() {
        for (boolean filled : new boolean[] {true, false}) {
            Explored explored = Interleavings.of(twoInstances(MemoryStore::new, filled, UnaryOperator.identity()))
                    .preemptions(4)
                    .all(MOST_RUNS);
            assertThat(explored.complete()).isTrue();
            assertThat(explored.runs()).isGreaterThan(100);
        }
    }

    /** Two instances that write one record at the same time, and a reader. */
    private static Program twoWriters() {
        return run -> {
            World world = new World(run, new MemoryStore());
            Repository<Item> here = world.instance(builder -> builder);
            Repository<Item> there = world.instance(builder -> builder);
            run.thread("writer", () -> world.write(here, "new"));
            run.thread("other", () -> world.write(there, "other"));
            run.thread("reader", () -> {
                world.read(there);
                world.read(there);
            });
            run.afterwards(() -> {
                world.read(here);
                world.read(there);
                world.check();
            });
        };
    }

    /** A writer on one instance; on another one, which keeps nothing in its process, a reader of several records. */
    private static Program several() {
        return run -> {
            World world = new World(run, new MemoryStore());
            Repository<Item> here = world.instance(builder -> builder);
            Repository<Item> there = world.instance(builder -> builder);
            run.thread("writer", () -> world.write(here, "new"));
            run.thread("reader", () -> {
                world.readTwo(there);
                world.readTwo(there);
            });
            run.afterwards(() -> {
                world.readTwo(here);
                world.read(there);
                world.check();
            });
        };
    }

    @Test
    void readersOfSeveralRecordsSeeEachAsOneRegister() {
        Explored explored = Interleavings.of(several()).preemptions(3).all(MOST_RUNS);
        assertThat(explored.complete()).isTrue();
        assertThat(explored.runs()).isGreaterThan(100);
    }

    /** Deletes the record of which another one goes with; two readers of that one share what the source answers. */
    private static Program cascade() {
        return run -> {
            KeyValueStore store = new MemoryStore();
            Catalog catalog = Catalog.of(ITEMS, PARTS);
            KvStorage plain = KvStorage.open(store, catalog, run.clock(), Constraints.ENFORCED);
            plain.repository(ITEMS).insert(new Item("a", "old"));
            plain.repository(PARTS).insert(new Part("p", "a"));
            Storage source = KvStorage.open(run.store(store), catalog, run.clock(), Constraints.ENFORCED);
            Storage cached = CachedStorage.over(source, run.store(new MemoryStore()))
                    .clock(run.clock())
                    .cache(PARTS, CachePolicy.lasting(HOUR))
                    .reading(new CallersThread())
                    .open();
            Repository<Part> parts = cached.repository(PARTS);
            parts.find("none");
            History history = new History();
            run.thread(
                    "reader",
                    () -> history.read(
                            "p", () -> parts.find("p").map(Part::item).orElse(null)));
            run.thread("writer", () -> {
                history.write("p", null, () -> cached.repository(ITEMS).delete("a"));
                history.read("p", () -> parts.find("p").map(Part::item).orElse(null));
            });
            run.afterwards(() -> {
                history.read("p", () -> parts.find("p").map(Part::item).orElse(null));
                Linearizability.check(history.operations(), Map.of("p", "a"));
            });
        };
    }

    @Test
    void readersSeeARecordThatGoesWithAnotherAsOneRegister() {
        Explored explored = Interleavings.of(cascade()).preemptions(2).all(MOST_RUNS);
        assertThat(explored.complete()).isTrue();
        assertThat(explored.runs()).isGreaterThan(100);
    }

    @Test
    @Tag("large")
    void writesThatOverlapAreSeenAsOfOneRegister() {
        Explored explored = Interleavings.of(twoWriters()).preemptions(2).all(MOST_RUNS);
        assertThat(explored.complete()).isTrue();
        assertThat(explored.runs()).isGreaterThan(100);
    }

    @Test
    void aStoreThatChecksNoVersionIsFoundOut() {
        assertThatThrownBy(() -> Interleavings.of(
                                twoInstances(WrongBlobs.ChecksNoExpectation::new, false, UnaryOperator.identity()))
                        .preemptions(2)
                        .all(MOST_RUNS))
                .isInstanceOf(ScheduleFailure.class)
                .hasMessageContaining("No order of these operations explains the answers");
    }

    @Test
    void instancesThatKeepRecordsAndAreNotToldOfChangesAreFoundOut() {
        Program program = twoInstances(MemoryStore::new, false, builder -> builder.near(10, HOUR));
        assertThatThrownBy(() -> Interleavings.of(program).preemptions(2).all(MOST_RUNS))
                .isInstanceOf(ScheduleFailure.class)
                .hasMessageContaining("No order of these operations explains the answers");
    }
}
