package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.EntityTypeBuilder;
import io.storeway.Field;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Missing;
import io.storeway.OnDelete;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.sql.SchemaChange.Phase;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Types of shapes that random catalogs had first; each showed a defect. */
class RareShapesTest {

    private static final FieldRef<Row, ?> ID = FieldRef.named("id");
    private static final FieldRef<Row, ?> NAME = FieldRef.named("name");
    private static final FieldRef<Row, ?> SIZE = FieldRef.named("size");

    @TempDir
    Path directory;

    private static EntityType<Row> things(UnaryOperator<EntityTypeBuilder<Row>> change) {
        return change.apply(EntityType.ofRows("things")
                        .field("id", FieldType.LONG)
                        .field("name", FieldType.TEXT)
                        .field("size", FieldType.LONG))
                .build();
    }

    private static void refused(Runnable write, ConstraintKind kind, String constraint, String... columns) {
        assertThatExceptionOfType(ConstraintViolationException.class)
                .isThrownBy(write::run)
                .satisfies(refusal -> {
                    assertThat(refusal.kind()).isEqualTo(kind);
                    assertThat(refusal.constraint()).isEqualTo(constraint);
                    assertThat(refusal.columns()).containsExactly(columns);
                });
    }

    @EachEngine
    void aCheckThatLetsOneValuePassIsFoundAsItWasMade(Engine engine) {
        EntityType<Row> small = things(type -> type.identifiedBy(ID).range(SIZE, 11L, 11L));
        EntityType<Row> large = EntityType.ofRows("large")
                .field("id", FieldType.LONG)
                .field("name", FieldType.TEXT)
                .identifiedBy(ID)
                .field("whole", FieldType.decimal(23, 0))
                .oneOf(ID, 7L)
                .oneOf(FieldRef.named("whole"), new BigDecimal("-4"))
                .oneOf(NAME, "a\u007f", "b\u007f\u00e9")
                .build();
        Catalog catalog = Catalog.of(small, large);
        engine.open(directory, catalog).close();
        try (SqlStorage storage = engine.open(directory, catalog)) {
            Repository<Row> things = storage.repository(small);
            things.insert(Row.of(small, 1L, "a", 11L));
            refused(() -> things.insert(Row.of(small, 2L, "a", 12L)), ConstraintKind.CHECK, "things_size_ck", "size");
        }
    }

    @EachEngine
    void aRepeatedKeyOfOneNumberIsRefusedByName(Engine engine) {
        EntityType<Row> type = things(builder -> builder.identifiedBy(ID));
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            Repository<Row> things = storage.repository(type);
            things.insert(Row.of(type, 1L, "a", 1L));
            refused(() -> things.insert(Row.of(type, 1L, "b", 1L)), ConstraintKind.UNIQUE, "things_pk", "id");
        }
    }

    @EachEngine
    void aUniqueKeyWithWhichThePrimaryKeyBeginsIsRefusedByNameWhenSaved(Engine engine) {
        EntityType<Row> type = things(builder -> builder.identifiedBy(ID, SIZE).unique(ID));
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            Repository<Row> things = storage.repository(type);
            things.save(Row.of(type, 1L, "a", 1L));
            refused(() -> things.save(Row.of(type, 1L, "a", 2L)), ConstraintKind.UNIQUE, "things_id_uq", "id");
        }
    }

    @EachEngine
    void aUnitThatHasDeletedSortsDownwardsByAnIndex(Engine engine) {
        EntityType<Row> type =
                things(builder -> builder.partitionedBy(ID).identifiedBy(SIZE).sql(table -> table.index(SIZE, ID)));
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            for (long[] key : new long[][] {{2, 1}, {2, 3}, {1, 2}, {3, 0}}) {
                storage.repository(type).insert(Row.of(type, key[0], "a", key[1]));
            }
            List<Row> found = storage.transact(unit -> {
                Repository<Row> things = unit.repository(type);
                things.partition(1L).clear();
                things.insert(Row.of(type, 0L, "a", 2L));
                return things.all()
                        .allowScan()
                        .orderBy(type.field("size").descending())
                        .list();
            });
            assertThat(found).extracting(row -> row.get("size")).containsExactly(3L, 2L, 1L, 0L);
        }
    }

    @EachEngine
    void aRepeatedKeyIsRefusedAsThatWhereChildrenComeBeforeTheirParents(Engine engine) {
        EntityType<Row> type =
                things(builder -> builder.identifiedBy(ID).nullable(SIZE).referencesSelf(SIZE, OnDelete.RESTRICT));
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            List<Row> rows = List.of(Row.of(type, 1L, "a", 2L), Row.of(type, 2L, "a"), Row.of(type, 2L, "b"));
            refused(() -> storage.repository(type).insertAll(rows), ConstraintKind.UNIQUE, "things_pk", "id");
        }
    }

    private void evolve(Engine engine, EntityType<Row> from, EntityType<Row> to, List<Object> written, Row expected)
            throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            try (SqlStorage storage = SqlStorage.open(pool, Catalog.of(from))) {
                storage.repository(from).insert(Row.of(from, 1L, "a", 1L));
            }
            SchemaScript script = SqlStorage.changes(pool, Catalog.of(to));
            SchemaChangeTest.apply(pool, script.changes(Phase.EXPAND));
            SchemaChangeTest.apply(pool, script.changes(Phase.STANDSTILL));
            try (SqlStorage storage = SqlStorage.builder(pool, Catalog.of(to))
                    .missing(Missing.REFUSE)
                    .open()) {
                if (!written.isEmpty()) {
                    storage.repository(to).save(Row.of(to, written.toArray()));
                }
            }
            SchemaChangeTest.apply(pool, script.changes(Phase.CONTRACT));
            assertThat(SqlStorage.changes(pool, Catalog.of(to)).changes()).isEmpty();
            try (SqlStorage storage = SqlStorage.open(pool, Catalog.of(to))) {
                assertThat(storage.repository(to).all().allowScan().list()).containsExactly(expected);
            }
        }
    }

    @EachEngine
    void aRenamedColumnKeepsItsValuesWhenARuleIsDroppedAfterwards(Engine engine) throws SQLException {
        EntityType<Row> from = things(builder -> builder.identifiedBy(ID).range(SIZE, 0L, 9L));
        EntityType<Row> to = EntityType.ofRows("things")
                .field("id", FieldType.LONG)
                .field("label", FieldType.TEXT)
                .field("size", FieldType.LONG)
                .identifiedBy(ID)
                .sql(table -> table.formerColumn(FieldRef.named("label"), "name"))
                .build();
        evolve(engine, from, to, List.of(), Row.of(to, 1L, "a", 1L));
    }

    @EachEngine
    void whatNewCodeWritesBeforeTheContractionStays(Engine engine) throws SQLException {
        EntityType<Row> from = things(builder -> builder.identifiedBy(ID).range(SIZE, 0L, 9L));
        EntityType<Row> to = things(builder -> builder.identifiedBy(ID)
                .field("legs", FieldType.INTEGER)
                .defaultValue(FieldRef.named("legs"), 4)
                .field("note", FieldType.TEXT)
                .nullable(FieldRef.named("note")));
        evolve(engine, from, to, List.of(1L, "b", 2L, 3, "limps"), Row.of(to, 1L, "b", 2L, 3, "limps"));
    }

    @EachEngine
    void aRequiredColumnGoesWithTheIndexesAndRulesOverIt(Engine engine) throws SQLException {
        EntityType<Row> from = things(builder ->
                builder.identifiedBy(ID).range(SIZE, 0L, 9L).unique(SIZE, NAME).sql(table -> table.index(NAME, SIZE)));
        EntityType<Row> to = EntityType.ofRows("things")
                .field("id", FieldType.LONG)
                .field("name", FieldType.TEXT)
                .identifiedBy(ID)
                .build();
        evolve(engine, from, to, List.of(1L, "b"), Row.of(to, 1L, "b"));
    }

    @EachEngine
    void anIndexThatBeginsAsADeclaredOneGoesWithItsColumn(Engine engine) throws SQLException {
        EntityType<Row> from =
                things(builder -> builder.identifiedBy(ID).nullable(SIZE).sql(table -> table.index(NAME, SIZE)));
        EntityType<Row> to = EntityType.ofRows("things")
                .field("id", FieldType.LONG)
                .field("name", FieldType.TEXT)
                .identifiedBy(ID)
                .sql(table -> table.index(NAME))
                .build();
        evolve(engine, from, to, List.of(1L, "b"), Row.of(to, 1L, "b"));
    }

    @EachEngine
    void aRecordThatIsNamedByItsPlaceKeepsItsVersionWhenThoseBeforeItArePurged(Engine engine) {
        EntityType<Row> type = EntityType.ofRows("steps")
                .field("id", FieldType.LONG)
                .field("until", FieldType.instant(FieldType.TimeUnit.SECONDS))
                .field("version", FieldType.LONG)
                .nullable(FieldRef.named("until"))
                .partitionedBy(ID)
                .ordered()
                .expiresAt(FieldRef.named("until"))
                .versionedBy(FieldRef.named("version"))
                .build();
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            Repository<Row> steps = storage.repository(type);
            Row lasting = Row.of(type, 1L, null, 0L, null);
            steps.partition(1L).replace(List.of(Row.of(type, 1L, Instant.EPOCH, 0L, null), lasting));
            assertThat(steps.purgeExpired()).isEqualTo(1);
            steps.partition(1L).replace(List.of(lasting));
            assertThat(steps.partition(1L).list())
                    .extracting(row -> row.get("version"))
                    .containsExactly(1L);
        }
    }

    @EachEngine
    void ofARecordThatIsUpdatedTwiceInOneCallTheLastCounts(Engine engine) {
        EntityType<Row> type =
                things(things -> things.identifiedBy(ID).nullable(SIZE).referencesSelf(SIZE, OnDelete.RESTRICT));
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            Repository<Row> things = storage.repository(type);
            things.insert(Row.of(type, 1L, "first", null));
            things.updateAll(List.of(Row.of(type, 1L, "of nobody", 9L), Row.of(type, 1L, "last", null)));
            assertThat(things.find(1L)).contains(Row.of(type, 1L, "last", null));
        }
    }

    @EachEngine
    void uniqueBytesPassFromOneRecordToAnother(Engine engine) {
        EntityType<Row> type = EntityType.ofRows("seals")
                .field("id", FieldType.LONG)
                .field("name", FieldType.TEXT)
                .field("print", FieldType.BYTES)
                .partitionedBy(ID)
                .identifiedBy(NAME)
                .unique(ID, FieldRef.named("print"))
                .build();
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            Repository<Row> seals = storage.repository(type);
            seals.insertAll(List.of(Row.of(type, 1L, "a", new byte[] {1}), Row.of(type, 1L, "b", new byte[] {2})));
            List<Row> after = List.of(Row.of(type, 1L, "a", new byte[] {2}), Row.of(type, 1L, "b", new byte[] {3}));
            seals.partition(1L).replace(after);
            assertThat(seals.partition(1L).list()).isEqualTo(after);
        }
    }

    @EachEngine
    void aRecordAndTheNewOneItRefersToAreSavedTogetherWhereTheyHaveVersions(Engine engine) {
        EntityType<Row> type = things(things -> things.identifiedBy(ID)
                .nullable(SIZE)
                .referencesSelf(SIZE, OnDelete.RESTRICT)
                .field("version", FieldType.LONG)
                .versionedBy(FieldRef.named("version")));
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            Repository<Row> things = storage.repository(type);
            things.insert(Row.of(type, 1L, "there", null, 0L));
            things.saveAll(List.of(Row.of(type, 1L, "there", 2L, 0L), Row.of(type, 2L, "new", null, 0L)));
            assertThat(things.find(1L)).contains(Row.of(type, 1L, "there", 2L, 1L));
        }
    }

    /** SQLite refuses the table: it would take the record that refers to 2 along with 1. */
    @EachEngine
    void aRecordTakesNoneAlongThatRefersToAnotherWhateverTheTableIsCalled(Engine engine) {
        EntityType<Row> parents = things(type -> type.identifiedBy(ID));
        EntityType<Row> children = EntityType.ofRows("children")
                .field("id", FieldType.LONG)
                .field("parent", FieldType.LONG)
                .identifiedBy(ID)
                .references(FieldRef.named("parent"), parents, OnDelete.CASCADE)
                .sql(table -> table.table("OLD"))
                .build();
        try (SqlStorage storage = engine.open(directory, Catalog.of(parents, children))) {
            storage.repository(parents).insertAll(List.of(Row.of(parents, 1L, "a", 0L), Row.of(parents, 2L, "b", 0L)));
            storage.repository(children).insert(Row.of(children, 2L, 2L));
            storage.repository(parents).delete(1L);
            assertThat(storage.repository(children).exists(2L)).isTrue();
        } catch (UnsupportedCapabilityException e) {
            assertThat(engine).isEqualTo(Engine.SQLITE);
            assertThat(e).hasMessageContaining("table name OLD");
        }
    }

    @EachEngine
    void aPageOfListedValuesBeginsAnewWhenItIsReadAgain(Engine engine) {
        EntityType<Row> type = things(things -> things.identifiedBy(ID, SIZE));
        Field<Row, @Nullable Object> id = type.field(FieldRef.named("id"));
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            boolean same = storage.transact(unit -> {
                Repository<Row> things = unit.repository(type);
                things.insertAll(LongStream.range(0, 10)
                        .mapToObj(i -> Row.of(type, 1 + i / 5, "name", i))
                        .toList());
                List<Row> first = listed(things, id);
                things.insert(Row.of(type, 9L, "other", 0L));
                return listed(things, id).equals(first) && first.get(0).equals(Row.of(type, 1L, "name", 0L));
            });
            assertThat(same).isTrue();
        }
    }

    private static List<Row> listed(Repository<Row> things, Field<Row, @Nullable Object> id) {
        return things.where(id.in(List.of(1L, 2L))).limit(2).list();
    }
}
