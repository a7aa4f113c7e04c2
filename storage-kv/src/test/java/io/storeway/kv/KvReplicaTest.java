package io.storeway.kv;

import static io.storeway.kv.Samples.storage;
import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.kv.internal.Keys;
import io.storeway.kv.internal.StrictJson;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.Inventory;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.ReplicaStore.ScanPage;
import io.storeway.spi.Residue;
import io.storeway.spi.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class KvReplicaTest {

    private static final String MESSY =
            "[{\"isbn\":\"1\",\"status\":\"completed\",\"rating\":5},{\"isbn\":null,\"id\":7},"
                    + "{\"isbn\":\"2\",\"status\":\"lost\"}, {\"isbn\":\"1\",\"status\":\"completed\"},7,{\"isbn\":5},"
                    + "{\"isbn\":\"3\",\"status\":\"completed\"}]";

    private final MemoryStore source = new MemoryStore();
    private final MemoryStore target = new MemoryStore();
    private final ReplicaStore from = storage(source).replica();
    private final ReplicaStore to = storage(target).replica();

    private static List<PartitionState> scan(ReplicaStore replica, EntityType<?> type, int limit) {
        List<PartitionState> states = new ArrayList<>();
        ScanPage page = replica.scan(type, null, limit);
        states.addAll(page.partitions());
        while (page.next() != null) {
            page = replica.scan(type, page.next(), limit);
            states.addAll(page.partitions());
        }
        return states;
    }

    private static List<Applied> apply(ReplicaStore replica, EntityType<?> type, List<PartitionState> states) {
        return replica.transact(unit -> unit.apply(type, states));
    }

    private Outcome apply(PartitionState state) {
        return apply(to, Samples.LIBRARY, List.of(state)).get(0).outcome();
    }

    private PartitionState messy() {
        Samples.put(source, "library:u", MESSY);
        return scan(from, Samples.LIBRARY, 10).get(0);
    }

    private static PartitionState at(PartitionState state, long epoch, long counter) {
        return new PartitionState(state.key(), new Version(epoch, counter), state.items(), state.residue());
    }

    @Test
    void itemsThatCannotBeRowsAreResidueWithPlaceKindNameAndRawText() {
        PartitionState state = messy();
        assertThat(state.items()).extracting(PartitionState.Item::position).containsExactly(0, 6);
        assertThat(state.residue())
                .extracting(
                        Residue::position,
                        Residue::kind,
                        Residue::constraint,
                        residue -> new String(residue.payload(), StandardCharsets.UTF_8))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                1, Residue.Kind.NOT_NULL, "library_isbn_nn", "{\"isbn\":null,\"id\":7}"),
                        org.assertj.core.groups.Tuple.tuple(
                                2, Residue.Kind.CHECK, "library_status_ck", "{\"isbn\":\"2\",\"status\":\"lost\"}"),
                        org.assertj.core.groups.Tuple.tuple(
                                3, Residue.Kind.UNIQUE, "library_pk", "{\"isbn\":\"1\",\"status\":\"completed\"}"),
                        org.assertj.core.groups.Tuple.tuple(4, Residue.Kind.INVALID, null, "7"),
                        org.assertj.core.groups.Tuple.tuple(5, Residue.Kind.INVALID, null, "{\"isbn\":5}"));
        assertThat(new String(state.items().get(1).payload().bytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"isbn\":\"3\",\"status\":\"completed\"}");
        assertThat(state.residue()).allMatch(residue -> !residue.reason().contains("lost"));
    }

    @Test
    void blobsGoToAnotherStoreWithTheirResidueAndASecondRunWritesNothing() {
        Samples.put(source, "library:u", MESSY);
        Samples.put(source, "library:v", "no json at all");
        Samples.put(source, "library:w", "{\"isbn\":\"1\"}");
        Samples.put(source, "watchlist:1", "[\"SPY\",{},\"AAPL\",\"SPY\",\"Z\"]");
        Samples.put(
                source, "book:isbn:7", "{\"title\":\"T\",\"authors\":[],\"x\":{\"y\":null},\"imageLinks\":{\"m\":1}}");
        Samples.put(source, "book:isbn:8", "{\"title\":8}");
        source.commit(
                List.of(),
                List.of(new Write(
                        "book:isbn:9",
                        Samples.bytes("{\"title\":\"T\",\"authors\":[]}"),
                        "{\"a\":1}",
                        Samples.NOW.minusSeconds(1))));
        for (EntityType<?> type : List.of(Samples.LIBRARY, Samples.WATCHLISTS, Samples.BOOKS)) {
            List<PartitionState> states = scan(from, type, 1);
            assertThat(states).hasSize(type == Samples.WATCHLISTS ? 1 : 3);
            assertThat(apply(to, type, states)).allMatch(answer -> answer.outcome() == Outcome.APPLIED);
            assertThat(apply(to, type, states)).allMatch(answer -> answer.outcome() == Outcome.UNCHANGED);
        }
        for (Entry entry : source.list("", null, 100).entries()) {
            Entry copy = Objects.requireNonNull(target.get(entry.key()));
            assertThat(copy.metadata()).isEqualTo(entry.metadata());
            assertThat(copy.expiresAt()).isEqualTo(entry.expiresAt());
            if (!entry.key().equals("library:v")) {
                assertThat(StrictJson.read(copy.value())).isEqualTo(StrictJson.read(entry.value()));
            } else {
                assertThat(copy.value()).isEqualTo(entry.value());
            }
        }
    }

    @Test
    void orderedRowsHaveTheirIndexInTheArrayAsPosition() {
        Samples.put(source, "watchlist:1", "[\"SPY\",null,\"AAPL\"]");
        PartitionState state = scan(from, Samples.WATCHLISTS, 5).get(0);
        assertThat(state.items()).extracting(item -> item.row().get("position")).containsExactly(0, 2);
        assertThat(state.residue())
                .singleElement()
                .satisfies(residue -> assertThat(residue.kind()).isEqualTo(Residue.Kind.NOT_NULL));
    }

    @Test
    void newerIsAppliedOlderIsStaleAndEqualIsComparedByContent() {
        PartitionState state = messy();
        assertThat(apply(at(state, 1, 5))).isEqualTo(Outcome.APPLIED);
        assertThat(apply(at(state, 1, 4))).isEqualTo(Outcome.STALE);
        assertThat(apply(at(state, 0, 9))).isEqualTo(Outcome.STALE);
        assertThat(apply(at(state, 1, 5))).isEqualTo(Outcome.UNCHANGED);
        Samples.put(target, "library:u", "[]");
        assertThat(apply(at(state, 1, 5))).isEqualTo(Outcome.APPLIED);
        assertThat(StrictJson.read(Samples.bytes(Samples.text(target, "library:u"))))
                .isEqualTo(StrictJson.read(Samples.bytes(MESSY)));
        assertThat(apply(at(state, 2, 1))).isEqualTo(Outcome.APPLIED);
    }

    @Test
    void appliedVersionIsReportedUntilSomebodyElseWrites() {
        PartitionState state = messy();
        apply(at(state, 3, 7));
        assertThat(scan(to, Samples.LIBRARY, 10).get(0).version()).isEqualTo(new Version(3, 7));
        Samples.put(target, "library:u", "[{\"isbn\":\"1\",\"status\":\"completed\"}]");
        assertThat(scan(to, Samples.LIBRARY, 10).get(0).version().epoch()).isZero();
        assertThat(to.read(Samples.LIBRARY, List.of(Key.of("u"), Key.of("x"))))
                .hasSize(2)
                .last()
                .isEqualTo(new PartitionState(Key.of("x"), Version.NONE, List.of(), List.of()));
    }

    @Test
    void deletionLeavesAVersionThatOlderStatesDoNotPass() {
        PartitionState state = messy();
        apply(at(state, 1, 1));
        PartitionState gone = new PartitionState(state.key(), new Version(1, 2), List.of(), List.of());
        assertThat(apply(gone)).isEqualTo(Outcome.APPLIED);
        assertThat(target.get("library:u")).isNull();
        assertThat(apply(at(state, 1, 1))).isEqualTo(Outcome.STALE);
        assertThat(target.get("library:u")).isNull();
    }

    @Test
    void rowsThatTheLayoutCannotHoldAreRefusedByIndex() {
        Row good = Row.of(Samples.LIBRARY, "u", "1", "completed", 5);
        Row same = Row.of(Samples.LIBRARY, "u", "1", "completed", 4);
        Row noStatus = Row.of(Samples.LIBRARY, "u", "2", null, 4);
        Row elsewhere = Row.of(Samples.LIBRARY, "x", "3", "completed", 4);
        List<PartitionState.Item> items = new ArrayList<>();
        for (Row row : List.of(good, same, noStatus, elsewhere)) {
            items.add(new PartitionState.Item(items.size(), row, () -> new byte[0]));
        }
        Applied answer = apply(
                        to,
                        Samples.LIBRARY,
                        List.of(new PartitionState(Key.of("u"), new Version(1, 1), items, List.of())))
                .get(0);
        assertThat(answer.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(answer.refusals())
                .extracting(ReplicaStore.Refusal::item, ReplicaStore.Refusal::kind)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, Residue.Kind.UNIQUE),
                        org.assertj.core.groups.Tuple.tuple(2, Residue.Kind.NOT_NULL),
                        org.assertj.core.groups.Tuple.tuple(3, Residue.Kind.INVALID));
        assertThat(target.list("", null, 1).entries()).isEmpty();
    }

    @Test
    void longPartitionKeysHaveSidecarsToo() {
        String user = "u".repeat(Keys.MAX_BYTES - "library:".length());
        Samples.put(source, "library:" + user, "[{\"isbn\":\"1\",\"status\":\"completed\"}]");
        PartitionState state = scan(from, Samples.LIBRARY, 10).get(0);
        assertThat(apply(at(state, 1, 1))).isEqualTo(Outcome.APPLIED);
        assertThat(apply(at(state, 1, 0))).isEqualTo(Outcome.STALE);
    }

    @Test
    void controlTypesAreServedOncePrepared() {
        EntityType<Row> control = EntityType.ofRows("runs")
                .field("id", FieldType.TEXT)
                .identifiedBy(FieldRef.named("id"))
                .keyValue(KeyTemplate.RESERVED_PREFIX + ":runs:{id}", Blob.object())
                .build();
        KvStorage storage = storage(target);
        storage.replica().prepare(List.of(control));
        storage.replica().prepare(List.of(control));
        storage.repository(control).insert(Row.of(control, "r1"));
        assertThat(storage.repository(control).exists("r1")).isTrue();
        assertThat(storage.catalog().contains(control)).isFalse();
        assertThat(storage.replica().inventory().uncovered()).isEmpty();
    }

    @Test
    void inventoryCountsByTypeAndNamesWhatNoTypeCovers() {
        apply(at(messy(), 1, 1));
        target.commit(List.of(), List.of(new Write("book:isbn:1", Samples.bytes("{}"), "{\"a\":1}", Samples.NOW)));
        for (int i = 0; i < 1_200; i++) {
            Samples.put(target, "p" + i + ":x", "v");
        }
        Samples.put(target, "book:goodreads:1", "v");
        Samples.put(target, "book:goodreads:2", "v");
        Inventory inventory = to.inventory();
        assertThat(inventory.types())
                .contains(
                        new Inventory.Covered("books", 1, 2, 1, 1, Map.of()),
                        new Inventory.Covered(
                                "library",
                                1,
                                Objects.requireNonNull(target.get("library:u")).value().length,
                                0,
                                0,
                                Map.of("id", 1L)))
                .hasSize(Samples.CATALOG.types().size());
        assertThat(inventory.uncovered())
                .hasSize(InventoryCount.MAX_PREFIXES + 1)
                .contains(new Inventory.Uncovered("book:goodreads:", 2, "book:goodreads:1"));
        assertThat(inventory.uncovered().stream()
                        .mapToLong(Inventory.Uncovered::keys)
                        .sum())
                .isEqualTo(1_202);
    }
}
