package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.Capability;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.InvalidValueException;
import io.storeway.error.RecordNotFoundException;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.laws.LawTypes.Entry;
import io.storeway.testkit.laws.LawTypes.Item;
import io.storeway.testkit.laws.LawTypes.Lease;
import io.storeway.testkit.laws.LawTypes.Single;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** Units of work, ordered partitions, and expiry. */
final class UnitLaws {

    private static final int WRITERS = 3;
    private static final int ROUNDS = 5;

    private UnitLaws() {}

    static List<Law> all() {
        return List.of(
                new Law(
                        "L16-unit",
                        "a unit of work sees its own writes and becomes visible as one",
                        Set.of(Capability.WRITES, Capability.UNITS_OF_WORK),
                        UnitLaws::unit),
                new Law(
                        "L16-beside",
                        "a write beside a unit of work, on its own thread, is refused",
                        Set.of(Capability.WRITES, Capability.UNITS_OF_WORK),
                        UnitLaws::beside),
                new Law(
                        "L11-rollback",
                        "a unit of work that throws leaves nothing",
                        Set.of(Capability.WRITES, Capability.UNITS_OF_WORK),
                        UnitLaws::rollback),
                new Law(
                        "L21-counter",
                        "writers that read and change the same record lose no update",
                        Set.of(Capability.WRITES, Capability.UNITS_OF_WORK),
                        UnitLaws::counter),
                new Law("L06-list", "a list keeps order and duplicates", Set.of(Capability.WRITES), UnitLaws::list),
                new Law(
                        "L19-expiry",
                        "a record expires exactly at its instant",
                        Set.of(Capability.WRITES),
                        UnitLaws::expiry),
                new Law(
                        "L18-partition",
                        "a record of another partition is refused",
                        Set.of(Capability.WRITES),
                        UnitLaws::partition));
    }

    private static void unit(LawContext context) {
        context.withStorage(storage -> {
            storage.repository(LawTypes.SINGLES).insert(new Single("old", 1, null));
            int count = storage.transact(unit -> {
                Repository<Single> singles = unit.repository(LawTypes.SINGLES);
                singles.delete("old");
                assertThat(singles.find("old")).as("deleted in the unit").isEmpty();
                singles.insert(new Single("old", 2, null));
                Repository<Item> items = unit.repository(LawTypes.ITEMS);
                singles.insert(new Single("a", 1, null));
                items.insertAll(List.of(new Item("o", "x", 1L), new Item("o", "y", null)));
                items.delete("o", "x");
                singles.update(new Single("a", 2, null));
                assertThat(singles.find("a")).contains(new Single("a", 2, null));
                assertThat(items.partition("o").count())
                        .as("counted in the unit")
                        .isEqualTo(1);
                assertThat(items.partition("o").query().countBy(LawTypes.ITEMS.field(Item::name)))
                        .as("grouped in the unit")
                        .isEqualTo(Map.of("y", 1L));
                if (storage.capabilities().has(Capability.PARTITION_VERSIONS)) {
                    assertThat(items.partition("o").snapshot().items())
                            .as("a snapshot in the unit")
                            .containsExactly(new Item("o", "y", null));
                }
                items.insert(new Item("o", "x", 2L));
                items.delete("o", "x");
                return items.partition("o").list().size();
            });
            assertThat(count).isEqualTo(1);
            assertThat(storage.repository(LawTypes.SINGLES).all().allowScan().list())
                    .containsExactly(new Single("a", 2, null), new Single("old", 2, null));
            assertThat(storage.repository(LawTypes.ITEMS).partition("o").list())
                    .containsExactly(new Item("o", "y", null));
            context.effective(1);
        });
    }

    private static void beside(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> outside = storage.repository(LawTypes.SINGLES);
            IllegalStateException refusal = storage.transact(unit -> {
                unit.repository(LawTypes.SINGLES).insert(new Single("within", 1, null));
                return catchThrowableOfType(
                        IllegalStateException.class, () -> outside.insert(new Single("beside", 1, null)));
            });
            assertThat(refusal)
                    .as("the refusal of a write that is no part of the unit")
                    .isNotNull();
            assertThat(outside.all().allowScan().list()).containsExactly(new Single("within", 1, null));
            outside.insert(new Single("afterwards", 1, null));
            assertThat(outside.exists("afterwards")).isTrue();
            context.effective(1);
        });
    }

    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static void rollback(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            singles.insert(new Single("kept", 1, null));
            Stop stop = catchThrowableOfType(
                    Stop.class,
                    () -> storage.transact(unit -> {
                        unit.repository(LawTypes.SINGLES).insert(new Single("a", 1, null));
                        unit.repository(LawTypes.SINGLES).delete("kept");
                        unit.repository(LawTypes.ITEMS).insert(new Item("o", "x", 1L));
                        throw new Stop();
                    }));
            assertThat(stop).isNotNull();
            assertThat(singles.all().allowScan().list()).containsExactly(new Single("kept", 1, null));
            assertThat(storage.repository(LawTypes.ITEMS).partition("o").list()).isEmpty();
            context.effective(1);
        });
    }

    /**
     * In each round all writers read the record before any of them changes it. Where the storage lets in only one at a time, the
     * first one stops waiting for the others after a moment.
     */
    private static void counter(LawContext context) {
        context.withStorage(storage -> {
            storage.repository(LawTypes.SINGLES).insert(new Single("counter", 0, null));
            for (int round = 0; round < ROUNDS; round++) {
                CountDownLatch readers = new CountDownLatch(WRITERS);
                Clients.run(Collections.nCopies(WRITERS, () -> increment(storage, readers)));
            }
            assertThat(storage.repository(LawTypes.SINGLES).find("counter"))
                    .contains(new Single("counter", WRITERS * ROUNDS, null));
            context.effective(WRITERS * ROUNDS);
        });
    }

    private static boolean increment(Storage storage, CountDownLatch readers) {
        return storage.transact(unit -> {
            Repository<Single> singles = unit.repository(LawTypes.SINGLES);
            Integer before = singles.find("counter").orElseThrow().number();
            readers.countDown();
            boolean met = Clients.await(readers);
            singles.update(new Single("counter", (before == null ? 0 : before) + 1, null));
            return met;
        });
    }

    private static void list(LawContext context) {
        context.withStorage(storage -> {
            Repository<Entry> entries = storage.repository(LawTypes.ENTRIES);
            List<Entry> expected = new ArrayList<>();
            for (String text : List.of("z", "a", "z", "", "a")) {
                entries.insert(new Entry("o", text));
                expected.add(new Entry("o", text));
            }
            assertThat(entries.partition("o").list()).isEqualTo(expected);
            List<Entry> replaced = List.of(new Entry("o", "2"), new Entry("o", "1"), new Entry("o", "2"));
            entries.partition("o").replace(replaced);
            assertThat(entries.partition("o").list()).isEqualTo(replaced);
            assertThat(entries.delete("o", 1)).isTrue();
            assertThat(entries.partition("o").list()).containsExactly(new Entry("o", "2"), new Entry("o", "2"));
            entries.partition("o").clear();
            assertThat(entries.partition("o").list()).isEmpty();
            context.effective(4);
        });
    }

    private static void expiry(LawContext context) {
        context.withStorage(storage -> {
            ManualClock clock = context.clock();
            Repository<Lease> leases = storage.repository(LawTypes.LEASES);
            Instant end = clock.instant().plusSeconds(10);
            Given.records(storage, LawTypes.LEASES, List.of(new Lease("short", end), new Lease("ever", null)));
            clock.advance(Duration.ofSeconds(10).minusMillis(1));
            assertThat(leases.exists("short")).as("a millisecond before").isTrue();
            assertThat(leases.all().allowScan().count()).isEqualTo(2);
            clock.advance(Duration.ofMillis(1));
            assertThat(leases.exists("short")).as("at the instant").isFalse();
            assertThat(leases.partition("short").list()).isEmpty();
            assertThat(leases.all().allowScan().list()).containsExactly(new Lease("ever", null));
            assertThat(leases.all().allowScan().count()).isEqualTo(1);
            assertThat(leases.findAll(List.of(Key.of("short"), Key.of("ever"))))
                    .containsExactly(null, new Lease("ever", null));
            assertThat(leases.delete("short"))
                    .as("deletion of what has expired")
                    .isFalse();
            RecordNotFoundException gone =
                    catchThrowableOfType(RecordNotFoundException.class, () -> leases.update(new Lease("short", null)));
            assertThat(gone).as("refusal to update what has expired").isNotNull();
            Lease renewed = new Lease("short", clock.instant().plusMillis(1));
            leases.insert(renewed);
            assertThat(leases.find("short")).contains(renewed);
            leases.save(new Lease("short", null));
            clock.advance(Duration.ofDays(100_000));
            assertThat(leases.exists("short"))
                    .as("a record whose expiry was removed")
                    .isTrue();
            context.effective(7);
        });
    }

    private static void partition(LawContext context) {
        context.withStorage(storage -> {
            Repository<Item> items = storage.repository(LawTypes.ITEMS);
            items.insert(new Item("o", "x", 1L));
            InvalidValueException refusal = catchThrowableOfType(
                    InvalidValueException.class,
                    () -> items.partition("o").replace(List.of(new Item("other", "y", 2L))));
            assertThat(refusal).isNotNull();
            assertThat(items.partition("o").list()).containsExactly(new Item("o", "x", 1L));
            context.effective(1);
        });
    }
}
