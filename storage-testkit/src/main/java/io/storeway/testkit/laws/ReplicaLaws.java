package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.spi.Fingerprint;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.Residue;
import io.storeway.spi.Version;
import io.storeway.testkit.laws.LawTypes.Child;
import io.storeway.testkit.laws.LawTypes.Color;
import io.storeway.testkit.laws.LawTypes.Entry;
import io.storeway.testkit.laws.LawTypes.Item;
import io.storeway.testkit.laws.LawTypes.Ruled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Storages in migrations: states of partitions are read as they were applied, and an older state never replaces a newer one. */
final class ReplicaLaws {

    private static final int MAX_PAGES = 1_000;

    private ReplicaLaws() {}

    static List<Law> all() {
        return List.of(
                new Law(
                        "L20-scan",
                        "a scan meets every partition once, at any page size",
                        Set.of(Capability.WRITES),
                        ReplicaLaws::scan),
                new Law("L06-apply", "an applied state is read as it was given", units(), ReplicaLaws::apply),
                new Law(
                        "L25-version",
                        "newer is applied, equal is left, older is stale",
                        units(),
                        ReplicaLaws::versions),
                new Law("L07-residue", "residue is kept and returned at its place", units(), ReplicaLaws::residue),
                new Law(
                        "L25-advance",
                        "a unit gives the partitions it changes the next version, and a tombstone to the emptied",
                        units(),
                        ReplicaAuthorityLaws::advance),
                new Law(
                        "L21-advance",
                        "of two units on a partition the one with the higher version has seen the other",
                        units(),
                        ReplicaAuthorityLaws::order),
                new Law(
                        "L21-pin",
                        "a unit that pinned a record never commits after a change that it has not seen",
                        units(),
                        ReplicaAuthorityLaws::pin),
                new Law(
                        "L07-refused",
                        "a state that breaks a rule is answered with the items and not written",
                        Set.of(Capability.WRITES, Capability.REFERENCES),
                        ReplicaLaws::refused));
    }

    private static Set<Capability> units() {
        return Set.of(Capability.WRITES, Capability.UNITS_OF_WORK);
    }

    private static void scan(LawContext context) {
        context.withStorage(storage -> {
            List<Item> items = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                for (int j = 0; j <= i % 4; j++) {
                    items.add(new Item("o" + i % 9 + ":" + i, "n" + j, (long) i));
                }
            }
            Given.records(storage, LawTypes.ITEMS, items);
            for (int size : new int[] {1, 2, 3, 7, 100}) {
                List<Item> read = new ArrayList<>();
                List<Key> partitions = new ArrayList<>();
                for (PartitionState state : states(storage, LawTypes.ITEMS, size)) {
                    partitions.add(state.key());
                    state.items().forEach(item -> read.add(LawTypes.ITEMS.fromRow(item.row())));
                }
                assertThat(partitions).doesNotHaveDuplicates().hasSize(25);
                assertThat(read).containsExactlyInAnyOrderElementsOf(items);
                context.effective(1);
            }
        });
    }

    private static List<PartitionState> states(Storage storage, EntityType<?> type, int size) {
        return states(storage.replica(), type, size);
    }

    /** All partitions, read in parts of the size. */
    static List<PartitionState> states(ReplicaStore replica, EntityType<?> type, int size) {
        List<PartitionState> states = new ArrayList<>();
        @Nullable String cursor = null;
        for (int page = 0; page < MAX_PAGES; page++) {
            ReplicaStore.ScanPage part = replica.scan(type, cursor, size);
            states.addAll(part.partitions());
            cursor = part.next();
            if (cursor == null) {
                return states;
            }
        }
        throw new AssertionError("The scan of " + type.name() + " does not end");
    }

    private static <T> PartitionState state(
            EntityType<T> type, Version version, List<? extends T> records, List<Residue> residue) {
        List<PartitionState.Item> items = new ArrayList<>();
        int position = 0;
        for (T item : records) {
            int at = position;
            while (residue.stream().anyMatch(kept -> kept.position() == at) && position == at) {
                position++;
            }
            Row row = type.toRow(item);
            if (type.position().isPresent()) {
                row = row.with(type.position().orElseThrow().index(), position);
            }
            items.add(new PartitionState.Item(position, row, () -> "{}".getBytes(StandardCharsets.UTF_8)));
            position++;
        }
        return new PartitionState(items.get(0).row().key(type.partitionKey()), version, items, residue);
    }

    private static List<Outcome> applied(Storage storage, EntityType<?> type, PartitionState... states) {
        return answers(storage, type, states).stream().map(Applied::outcome).toList();
    }

    private static List<Applied> answers(Storage storage, EntityType<?> type, PartitionState... states) {
        storage.replica().prepare(List.of());
        return storage.replica().transact(unit -> unit.apply(type, List.of(states)));
    }

    private static void apply(LawContext context) {
        context.withStorage(storage -> {
            List<Entry> entries =
                    List.of(new Entry("o", "b"), new Entry("o", "a"), new Entry("o", "b"), new Entry("o", "c"));
            PartitionState state = state(LawTypes.ENTRIES, new Version(1, 1), entries, List.of());
            assertThat(applied(storage, LawTypes.ENTRIES, state)).containsExactly(Outcome.APPLIED);
            assertThat(storage.repository(LawTypes.ENTRIES).partition("o").list())
                    .isEqualTo(entries);
            PartitionState shorter = state(LawTypes.ENTRIES, new Version(1, 2), entries.subList(0, 1), List.of());
            assertThat(applied(storage, LawTypes.ENTRIES, shorter)).containsExactly(Outcome.APPLIED);
            assertThat(storage.repository(LawTypes.ENTRIES).partition("o").list())
                    .containsExactly(entries.get(0));
            assertThat(states(storage, LawTypes.ENTRIES, 10)).singleElement().satisfies(read -> {
                assertThat(read.version()).isEqualTo(new Version(1, 2));
                assertThat(read.items()).hasSize(1);
            });
            PartitionState empty = new PartitionState(Key.of("o"), new Version(1, 3), List.of(), List.of());
            assertThat(applied(storage, LawTypes.ENTRIES, empty)).containsExactly(Outcome.APPLIED);
            assertThat(storage.repository(LawTypes.ENTRIES).partition("o").list())
                    .as("what an empty state leaves")
                    .isEmpty();
            context.effective(3);
        });
        context.withStorage(ReplicaLaws::applySeveral);
    }

    private static void applySeveral(Storage storage) {
        PartitionState first = state(
                LawTypes.ITEMS, new Version(1, 1), List.of(new Item("p", "a", 1L), new Item("p", "b", 1L)), List.of());
        assertThat(applied(storage, LawTypes.ITEMS, first, item(new Version(1, 1), 1L)))
                .containsExactly(Outcome.APPLIED, Outcome.APPLIED);
        assertThat(storage.repository(LawTypes.ITEMS).all().allowScan().count())
                .as("records of two states that were applied together")
                .isEqualTo(3);
        PartitionState less = state(LawTypes.ITEMS, new Version(1, 2), List.of(new Item("p", "b", 2L)), List.of());
        assertThat(applied(storage, LawTypes.ITEMS, less)).containsExactly(Outcome.APPLIED);
        List<Key> keys = List.of(Key.of("p"), Key.of("none"), Key.of("o"));
        List<PartitionState> read = storage.replica().read(LawTypes.ITEMS, keys);
        assertThat(read)
                .as("states in the order of their keys")
                .extracting(PartitionState::key)
                .isEqualTo(keys);
        assertThat(read.stream()
                        .flatMap(state -> state.items().stream())
                        .map(item -> LawTypes.ITEMS.fromRow(item.row())))
                .containsExactly(new Item("p", "b", 2L), new Item("o", "n", 1L));
    }

    private static void versions(LawContext context) {
        context.withStorage(storage -> {
            PartitionState first = item(new Version(1, 5), 1L);
            assertThat(applied(storage, LawTypes.ITEMS, first)).containsExactly(Outcome.APPLIED);
            assertThat(applied(storage, LawTypes.ITEMS, first)).containsExactly(Outcome.UNCHANGED);
            assertThat(applied(storage, LawTypes.ITEMS, item(new Version(1, 4), 2L)))
                    .containsExactly(Outcome.STALE);
            assertThat(applied(storage, LawTypes.ITEMS, item(new Version(0, 9), 2L)))
                    .containsExactly(Outcome.STALE);
            assertThat(weight(storage)).isEqualTo(1L);
            assertThat(applied(storage, LawTypes.ITEMS, item(new Version(1, 5), 3L)))
                    .containsExactly(Outcome.APPLIED);
            assertThat(applied(storage, LawTypes.ITEMS, item(new Version(2, 0), 4L)))
                    .containsExactly(Outcome.APPLIED);
            assertThat(weight(storage)).isEqualTo(4L);
            context.effective(6);
        });
    }

    private static PartitionState item(Version version, long weight) {
        return state(LawTypes.ITEMS, version, List.of(new Item("o", "n", weight)), List.of());
    }

    private static @Nullable Long weight(Storage storage) {
        return storage.repository(LawTypes.ITEMS).find("o", "n").orElseThrow().weight();
    }

    private static void residue(LawContext context) {
        context.withStorage(storage -> {
            byte[] payload = "{\"name\":7}".getBytes(StandardCharsets.UTF_8);
            Residue bad =
                    new Residue(1, Residue.Kind.INVALID, null, "name: expected text", payload, new Fingerprint(1, 2));
            PartitionState state = state(
                    LawTypes.ITEMS,
                    new Version(1, 1),
                    List.of(new Item("o", "a", 1L), new Item("o", "b", 2L)),
                    List.of(bad));
            assertThat(applied(storage, LawTypes.ITEMS, state)).containsExactly(Outcome.APPLIED);
            assertThat(applied(storage, LawTypes.ITEMS, state)).containsExactly(Outcome.UNCHANGED);
            assertThat(states(storage, LawTypes.ITEMS, 1)).singleElement().satisfies(read -> {
                assertThat(read.items().stream().map(item -> LawTypes.ITEMS.fromRow(item.row())))
                        .containsExactly(new Item("o", "a", 1L), new Item("o", "b", 2L));
                assertThat(read.residue()).singleElement().satisfies(kept -> {
                    assertThat(kept.position()).isEqualTo(1);
                    assertThat(kept.payload()).isEqualTo(payload);
                    assertThat(kept.kind()).isEqualTo(Residue.Kind.INVALID);
                });
            });
            PartitionState healed =
                    state(LawTypes.ITEMS, new Version(1, 2), List.of(new Item("o", "a", 1L)), List.of());
            assertThat(applied(storage, LawTypes.ITEMS, healed)).containsExactly(Outcome.APPLIED);
            assertThat(states(storage, LawTypes.ITEMS, 1).get(0).residue()).isEmpty();
            context.effective(3);
        });
    }

    private static void refused(LawContext context) {
        context.withStorage(storage -> {
            storage.repository(LawTypes.RULED).insert(new Ruled("1", "a", null, Color.RED));
            PartitionState good = state(LawTypes.CHILDREN, new Version(1, 1), List.of(new Child("1", "c")), List.of());
            PartitionState bad =
                    state(LawTypes.CHILDREN, new Version(1, 1), List.of(new Child("none", "c")), List.of());
            List<Applied> answers = answers(storage, LawTypes.CHILDREN, bad, good);
            assertThat(answers.stream().map(Applied::outcome)).containsExactly(Outcome.REFUSED, Outcome.APPLIED);
            assertThat(answers.get(0).refusals()).singleElement().satisfies(refusal -> {
                assertThat(refusal.item()).isZero();
                assertThat(refusal.kind()).isEqualTo(Residue.Kind.REFERENCE);
                assertThat(refusal.constraint()).isEqualTo("children_parent_fk");
            });
            assertThat(storage.repository(LawTypes.CHILDREN).all().allowScan().list())
                    .containsExactly(new Child("1", "c"));
            context.effective(2);
        });
    }
}
