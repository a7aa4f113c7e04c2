package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.OnDelete;
import io.storeway.Row;
import io.storeway.spi.Fingerprint;
import io.storeway.spi.Inventory;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.ReplicaStore.Refusal;
import io.storeway.spi.ReplicaStore.ScanPage;
import io.storeway.spi.Residue;
import io.storeway.spi.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

class ReplicaTest {

    private static final EntityType<Row> NODES = EntityType.ofRows("nodes")
            .field("tree", FieldType.TEXT)
            .field("id", FieldType.TEXT)
            .field("above", FieldType.TEXT)
            .nullable(FieldRef.named("above"))
            .partitionedBy(FieldRef.named("tree"))
            .identifiedBy(FieldRef.named("id"))
            .unique(FieldRef.named("id"))
            .build();

    private static final EntityType<Row> PARENTS = EntityType.ofRows("parents")
            .field("id", FieldType.TEXT)
            .field("name", FieldType.TEXT)
            .field("weight", FieldType.DOUBLE)
            .nullable(FieldRef.named("weight"))
            .identifiedBy(FieldRef.named("id"))
            .unique(FieldRef.named("name"))
            .build();

    private static final EntityType<Row> CHILDREN = EntityType.ofRows("children")
            .field("parent", FieldType.TEXT)
            .field("id", FieldType.LONG)
            .field("size", FieldType.INTEGER)
            .field("code", FieldType.TEXT)
            .nullable(FieldRef.named("code"))
            .partitionedBy(FieldRef.named("parent"))
            .identifiedBy(FieldRef.named("id"))
            .references(FieldRef.named("parent"), PARENTS, OnDelete.CASCADE)
            .range(FieldRef.named("size"), 0, 9)
            .unique(FieldRef.named("code"))
            .build();

    private static final Catalog CATALOG = Catalog.of(PARENTS, CHILDREN, NODES, Library.TICKERS);

    @TempDir
    Path directory;

    private static PartitionState state(Key key, long counter, List<Residue> residue, Row... rows) {
        List<PartitionState.Item> items = new ArrayList<>();
        for (Row row : rows) {
            items.add(new PartitionState.Item(items.size(), row, () -> new byte[0]));
        }
        return new PartitionState(key, new Version(1, counter), items, residue);
    }

    private static Row parent(String id, String name) {
        return Row.of(PARENTS, id, name, null);
    }

    private static PartitionState parentState(String id, long counter) {
        return state(Key.of(id), counter, List.of(), parent(id, "name of " + id));
    }

    private static Row child(String parent, long id, int size, @Nullable String code) {
        return Row.of(CHILDREN, parent, id, size, code);
    }

    private static Residue residue(int position) {
        return new Residue(
                position,
                Residue.Kind.CHECK,
                "children_size_ck",
                "too large",
                ("{\"n\":" + position + "}").getBytes(StandardCharsets.UTF_8),
                new Fingerprint(position, -1));
    }

    private static List<Applied> apply(SqlStorage storage, EntityType<?> type, List<PartitionState> states) {
        return storage.replica().transact(unit -> unit.apply(type, states));
    }

    private static List<Outcome> outcomes(List<Applied> applied) {
        return applied.stream().map(Applied::outcome).toList();
    }

    private static List<PartitionState> scan(ReplicaStore replica, EntityType<?> type, int limit) {
        List<PartitionState> all = new ArrayList<>();
        String cursor = null;
        do {
            ScanPage page = replica.scan(type, cursor, limit);
            all.addAll(page.partitions());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }

    @EachEngine
    void aStateIsAppliedOnceAndNeverOverANewerOne(Engine engine) {
        try (SqlStorage storage = engine.open(directory, CATALOG)) {
            assertThat(outcomes(apply(storage, PARENTS, List.of(parentState("a", 5), parentState("b", 5)))))
                    .containsExactly(Outcome.APPLIED, Outcome.APPLIED);
            PartitionState changed = state(Key.of("b"), 5, List.of(), parent("b", "other"));
            assertThat(outcomes(apply(storage, PARENTS, List.of(parentState("a", 5), changed, parentState("a", 4)))))
                    .containsExactly(Outcome.UNCHANGED, Outcome.APPLIED, Outcome.STALE);
            assertThat(storage.repository(PARENTS).find("b")).contains(parent("b", "other"));

            PartitionState gone = state(Key.of("a"), 6, List.of());
            assertThat(outcomes(apply(storage, PARENTS, List.of(gone, gone))))
                    .containsExactly(Outcome.APPLIED, Outcome.UNCHANGED);
            assertThat(outcomes(apply(storage, PARENTS, List.of(parentState("a", 5)))))
                    .containsExactly(Outcome.STALE);
            assertThat(storage.repository(PARENTS).exists("a")).isFalse();
            assertThat(storage.replica().read(PARENTS, List.of(Key.of("a"), Key.of("b"))))
                    .satisfiesExactly(
                            a -> {
                                assertThat(a.items()).isEmpty();
                                assertThat(a.version()).isEqualTo(new Version(1, 6));
                            },
                            b -> assertThat(b.version()).isEqualTo(new Version(1, 5)));
        }
    }

    @EachEngine
    void rowsThatStayKeepTheirChildren(Engine engine) {
        try (SqlStorage storage = engine.open(directory, CATALOG)) {
            apply(storage, PARENTS, List.of(parentState("a", 1)));
            apply(storage, CHILDREN, List.of(state(Key.of("a"), 1, List.of(), child("a", 1, 1, null))));
            apply(storage, PARENTS, List.of(state(Key.of("a"), 2, List.of(), parent("a", "renamed"))));
            assertThat(storage.repository(CHILDREN).find("a", 1L)).isPresent();
        }
    }

    @EachEngine
    void aKeyThatNoTextOfTheEngineCanBeIsRefusedWhileOthersAreWritten(Engine engine) {
        try (SqlStorage storage = engine.open(directory, CATALOG)) {
            PartitionState odd = state(Key.of("n\0ul"), 1, List.of(), parent("n\0ul", "odd"));
            boolean holds = storage.capabilities().has(Capability.NUL_CHARACTERS);
            assertThat(outcomes(apply(storage, PARENTS, List.of(odd, parentState("b", 1)))))
                    .containsExactly(holds ? Outcome.APPLIED : Outcome.REFUSED, Outcome.APPLIED);
            assertThat(storage.repository(PARENTS).exists("n\0ul")).isEqualTo(holds);
            assertThat(storage.repository(PARENTS).exists("b")).isTrue();
        }
    }

    @EachEngine
    void itemsThatBreakARuleAreNamedWhileOthersAreWritten(Engine engine) {
        try (SqlStorage storage = engine.open(directory, CATALOG)) {
            apply(storage, PARENTS, List.of(parentState("a", 1), parentState("b", 1), parentState("c", 1)));
            storage.repository(CHILDREN).insert(child("c", 1, 1, "taken"));
            Row noSize = Row.trusted(CHILDREN, new @Nullable Object[] {"a", 7L, null, null});
            List<Applied> answers = apply(
                    storage,
                    CHILDREN,
                    List.of(
                            state(
                                    Key.of("a"),
                                    1,
                                    List.of(),
                                    child("a", 1, 1, "x"),
                                    child("a", 2, 99, null),
                                    child("a", 1, 2, null),
                                    child("a", 3, 3, "taken"),
                                    noSize),
                            state(Key.of("nobody"), 1, List.of(), child("nobody", 1, 1, null)),
                            state(Key.of("b"), 1, List.of(), child("b", 1, 1, null)),
                            state(Key.of("c"), 1, List.of(), child("c", 1, 1, "free"), child("c", 2, 1, "x"))));
            assertThat(outcomes(answers))
                    .containsExactly(Outcome.REFUSED, Outcome.REFUSED, Outcome.APPLIED, Outcome.REFUSED);
            assertThat(answers.get(0).refusals())
                    .extracting(Refusal::item, Refusal::kind, Refusal::constraint)
                    .containsExactlyInAnyOrder(
                            Tuple.tuple(1, Residue.Kind.CHECK, "children_size_ck"),
                            Tuple.tuple(2, Residue.Kind.UNIQUE, "children_pk"),
                            Tuple.tuple(3, Residue.Kind.UNIQUE, "children_code_uq"),
                            Tuple.tuple(4, Residue.Kind.NOT_NULL, "children_size_nn"));
            assertThat(answers.get(1).refusals())
                    .extracting(Refusal::item, Refusal::kind, Refusal::constraint)
                    .containsExactly(Tuple.tuple(0, Residue.Kind.REFERENCE, "children_parent_fk"));
            assertThat(answers.get(3).refusals()).extracting(Refusal::item).containsExactly(1);
            assertThat(storage.repository(CHILDREN).all().allowScan().count()).isEqualTo(2);

            List<Applied> zero = apply(
                    storage, PARENTS, List.of(state(Key.of("z"), 1, List.of(), Row.of(PARENTS, "z", "zero", -0.0))));
            assertThat(zero.get(0).refusals()).extracting(Refusal::kind).containsExactly(Residue.Kind.INVALID);
        }
    }

    @EachEngine
    void aParentWrittenEarlierInTheUnitIsSeen(Engine engine) {
        try (SqlStorage storage = engine.open(directory, CATALOG)) {
            List<Applied> answers = storage.replica().transact(unit -> {
                unit.apply(PARENTS, List.of(parentState("a", 1)));
                return unit.apply(CHILDREN, List.of(state(Key.of("a"), 1, List.of(), child("a", 1, 1, null))));
            });
            assertThat(outcomes(answers)).containsExactly(Outcome.APPLIED);
        }
    }

    @EachEngine
    void aRuleThatIsNotDeclaredRefusesItsItemAlone(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(directory);
                SqlStorage storage = SqlStorage.open(pool, CATALOG)) {
            Jdbi.create(pool)
                    .useHandle(handle ->
                            handle.execute(engine.sql("CREATE UNIQUE INDEX \"own\" ON \"nodes\" (\"above\")")));
            List<Applied> answers = apply(
                    storage,
                    NODES,
                    List.of(
                            state(
                                    Key.of("t"),
                                    1,
                                    List.of(),
                                    Row.of(NODES, "t", "1", "x"),
                                    Row.of(NODES, "t", "2", "y")),
                            state(
                                    Key.of("u"),
                                    1,
                                    List.of(),
                                    Row.of(NODES, "u", "3", "z"),
                                    Row.of(NODES, "u", "4", "x")),
                            state(Key.of("v"), 1, List.of(), Row.of(NODES, "v", "5", "w"))));
            assertThat(outcomes(answers)).containsExactly(Outcome.APPLIED, Outcome.REFUSED, Outcome.APPLIED);
            assertThat(answers.get(1).refusals())
                    .extracting(Refusal::item, Refusal::kind)
                    .containsExactly(Tuple.tuple(1, Residue.Kind.UNIQUE));
            assertThat(storage.repository(NODES).all().allowScan().count()).isEqualTo(3);
        }
    }

    @EachEngine
    void valuesOfAUniqueKeyMayMoveBetweenPartitionsOfABatch(Engine engine) {
        try (SqlStorage storage = engine.open(directory, CATALOG)) {
            apply(storage, PARENTS, List.of(parentState("a", 1), parentState("b", 1)));
            apply(
                    storage,
                    CHILDREN,
                    List.of(
                            state(Key.of("a"), 1, List.of(), child("a", 1, 1, "x")),
                            state(Key.of("b"), 1, List.of(), child("b", 1, 1, "y"))));
            List<Applied> traded = apply(
                    storage,
                    CHILDREN,
                    List.of(
                            state(Key.of("a"), 2, List.of(), child("a", 1, 1, "y")),
                            state(Key.of("b"), 2, List.of(), child("b", 1, 1, "x"))));
            assertThat(outcomes(traded)).containsOnly(Outcome.APPLIED);
            assertThat(storage.repository(CHILDREN).find("a", 1L)).contains(child("a", 1, 1, "y"));
        }
    }

    @EachEngine
    void residueComesBackWithItsRowsAndAlone(Engine engine) {
        try (SqlStorage storage = engine.open(directory, CATALOG)) {
            apply(storage, PARENTS, List.of(parentState("a", 1), parentState("b", 1), parentState("c", 1)));
            PartitionState both = state(Key.of("a"), 2, List.of(residue(1), residue(3)), child("a", 1, 1, null));
            PartitionState alone = state(Key.of("b"), 2, List.of(residue(0)));
            PartitionState plain = state(Key.of("c"), 2, List.of(), child("c", 1, 1, null));
            assertThat(outcomes(apply(storage, CHILDREN, List.of(both, alone, plain))))
                    .containsOnly(Outcome.APPLIED);
            assertThat(outcomes(apply(storage, CHILDREN, List.of(both, alone, plain))))
                    .containsOnly(Outcome.UNCHANGED);
            for (int limit = 1; limit < 5; limit++) {
                List<PartitionState> scanned = scan(storage.replica(), CHILDREN, limit);
                assertThat(scanned)
                        .extracting(PartitionState::key)
                        .containsExactly(Key.of("a"), Key.of("c"), Key.of("b"));
                PartitionState first = scanned.get(0);
                assertThat(first.version()).isEqualTo(new Version(1, 2));
                assertThat(first.residue()).usingRecursiveComparison().isEqualTo(List.of(residue(1), residue(3)));
                assertThat(new String(first.items().get(0).payload().bytes(), StandardCharsets.UTF_8))
                        .isEqualTo("{\"parent\":\"a\",\"id\":1,\"size\":1}");
            }
            assertThat(outcomes(apply(
                            storage, CHILDREN, List.of(state(Key.of("a"), 3, List.of(), child("a", 1, 1, null))))))
                    .containsExactly(Outcome.APPLIED);
            PartitionState after =
                    storage.replica().read(CHILDREN, List.of(Key.of("a"))).get(0);
            assertThat(after.residue()).isEmpty();
        }
    }

    @EachEngine
    void aScanOfAStoreThatNeverMigratedCutsNoPartitionAndMakesNoTable(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(directory);
                SqlStorage storage = SqlStorage.open(pool, CATALOG)) {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                rows.add(Row.of(NODES, "t\uD83D\uDE00" + i / 7, "n" + i, null));
            }
            storage.repository(NODES).insertAll(rows);
            for (int limit : new int[] {1, 7, 8, 60, 1000}) {
                List<PartitionState> scanned = scan(storage.replica(), NODES, limit);
                assertThat(scanned)
                        .extracting(PartitionState::key)
                        .doesNotHaveDuplicates()
                        .hasSize(9);
                assertThat(scanned).allMatch(state -> state.version().equals(Version.NONE));
                assertThat(scanned.stream()
                                .mapToInt(state -> state.items().size())
                                .sum())
                        .isEqualTo(60);
            }
            Inventory inventory = storage.replica().inventory();
            assertThat(inventory.types()).extracting(Inventory.Covered::units).containsExactly(0L, 0L, 60L, 0L);
            assertThat(inventory.uncovered()).isEmpty();
            int tables = Jdbi.create(pool)
                    .withHandle(handle -> handle.createQuery(
                                    engine == Engine.SQLITE
                                            ? "SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'storeway%'"
                                            : "SELECT COUNT(*) FROM information_schema.tables WHERE table_name LIKE"
                                                    + " 'storeway%'"
                                                    + (engine == Engine.MARIADB
                                                            ? " AND table_schema = DATABASE()"
                                                            : ""))
                            .mapTo(int.class)
                            .one());
            assertThat(tables).isZero();
        }
    }

    @EachEngine
    void placesOfAnOrderedPartitionAreThoseOfTheState(Engine engine) {
        try (SqlStorage storage = engine.open(directory, CATALOG)) {
            EntityType<Library.Ticker> type = Library.TICKERS;
            List<PartitionState.Item> items = List.of(
                    new PartitionState.Item(0, Row.of(type, "c", "Z", null), () -> new byte[0]),
                    new PartitionState.Item(2, Row.of(type, "c", "A", null), () -> new byte[0]));
            PartitionState state = new PartitionState(Key.of("c"), new Version(1, 1), items, List.of(residue(1)));
            assertThat(outcomes(apply(storage, type, List.of(state)))).containsExactly(Outcome.APPLIED);
            assertThat(outcomes(apply(storage, type, List.of(state)))).containsExactly(Outcome.UNCHANGED);
            assertThat(storage.repository(type).partition("c").list())
                    .extracting(Library.Ticker::symbol)
                    .containsExactly("Z", "A");
            assertThat(scan(storage.replica(), type, 10).get(0).items())
                    .extracting(PartitionState.Item::position)
                    .containsExactly(0, 2);
        }
    }

    @EachEngine
    void controlTypesLiveBesideTheCatalog(Engine engine) {
        EntityType<Row> marks = EntityType.ofRows("storeway_mark")
                .field("id", FieldType.TEXT)
                .identifiedBy(FieldRef.named("id"))
                .build();
        try (SqlStorage storage = engine.open(directory, CATALOG)) {
            storage.replica().prepare(List.of(marks));
            storage.replica().prepare(List.of(marks));
            storage.replica().transact(unit -> {
                unit.repository(marks).insert(Row.of(marks, "m"));
                return unit.apply(PARENTS, List.of(parentState("a", 1)));
            });
            assertThat(storage.repository(marks).exists("m")).isTrue();
            assertThat(storage.repository(PARENTS).exists("a")).isTrue();
            assertThat(storage.replica().carried(PARENTS)).containsExactlyInAnyOrder(0, 1, 2);
        }
    }
}
