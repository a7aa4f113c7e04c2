package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Missing;
import io.storeway.OnDelete;
import io.storeway.Row;
import io.storeway.error.SchemaMismatchException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.io.TempDir;

class SchemaTest {

    private static final EntityType<Row> OWNER = EntityType.ofRows("owner")
            .field("id", FieldType.LONG)
            .identifiedBy(FieldRef.named("id"))
            .build();

    private static final EntityType<Row> PET = EntityType.ofRows("pet")
            .field("id", FieldType.TEXT)
            .field("owner", FieldType.LONG)
            .field("name", FieldType.TEXT)
            .field("age", FieldType.INTEGER)
            .nullable(FieldRef.named("age"))
            .identifiedBy(FieldRef.named("id"))
            .unique(FieldRef.named("name"), FieldRef.named("owner"))
            .references(FieldRef.named("owner"), OWNER, OnDelete.CASCADE)
            .range(FieldRef.named("age"), 0, 200)
            .sql(table -> table.index(FieldRef.named("age")))
            .build();

    private static final Catalog CATALOG = Catalog.of(OWNER, PET);

    @TempDir
    Path directory;

    private static List<String> fingerprint(Engine engine, HikariDataSource pool) {
        return Jdbi.create(pool)
                .withHandle(handle -> handle.createQuery(
                                engine == Engine.MARIADB
                                        ? "SELECT CONCAT_WS(' ', 'c', table_name, column_name, column_type,"
                                                + " collation_name) FROM information_schema.columns WHERE table_schema ="
                                                + " DATABASE() UNION SELECT CONCAT_WS(' ', 'i', table_name, index_name,"
                                                + " column_name, seq_in_index) FROM information_schema.statistics WHERE"
                                                + " table_schema = DATABASE() UNION SELECT CONCAT_WS(' ', 'k',"
                                                + " table_name, constraint_name) FROM"
                                                + " information_schema.table_constraints WHERE table_schema = DATABASE()"
                                                + " ORDER BY 1"
                                        : engine == Engine.SQLITE
                                                ? "SELECT type || name || coalesce(sql, '') FROM sqlite_master ORDER"
                                                        + " BY 1"
                                                : engine == Engine.POSTGRESQL
                                                        ? "SELECT 'c' || table_name || column_name || data_type FROM"
                                                                + " information_schema.columns WHERE table_schema ="
                                                                + " 'public' UNION SELECT 'i' || indexdef FROM"
                                                                + " pg_indexes WHERE schemaname = 'public' UNION SELECT"
                                                                + " 'k' || conname || pg_get_constraintdef(oid) FROM"
                                                                + " pg_constraint ORDER BY 1"
                                                        : "SELECT 'c' || table_name || column_name || data_type FROM"
                                                                + " information_schema.columns WHERE table_schema ="
                                                                + " 'PUBLIC' UNION SELECT 'i' || index_name FROM"
                                                                + " information_schema.indexes UNION SELECT 'k' ||"
                                                                + " constraint_name FROM"
                                                                + " information_schema.table_constraints ORDER BY 1")
                        .mapTo(String.class)
                        .list());
    }

    @EachEngine
    void openingTwiceChangesNothing(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            SqlStorage.open(pool, Library.CATALOG).close();
            List<String> first = fingerprint(engine, pool);
            SqlStorage.open(pool, Library.CATALOG).close();
            SqlStorage.builder(pool, Library.CATALOG)
                    .missing(Missing.REFUSE)
                    .open()
                    .close();
            assertThat(fingerprint(engine, pool)).isEqualTo(first).hasSizeGreaterThan(10);
            assertThat(first).noneMatch(line -> line.contains("storeway_"));
        }
    }

    @EachEngine
    void checkCreatesNothing(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            List<String> before = fingerprint(engine, pool);
            assertThatExceptionOfType(SchemaMismatchException.class)
                    .isThrownBy(() -> SqlStorage.builder(pool, CATALOG)
                            .missing(Missing.REFUSE)
                            .open())
                    .satisfies(e -> assertThat(e.differences())
                            .containsExactly(
                                    "table owner is missing; open with Missing.CREATE, or create it",
                                    "table pet is missing; open with Missing.CREATE, or create it"));
            assertThat(fingerprint(engine, pool)).isEqualTo(before);
        }
    }

    @EachEngine
    void everyDifferenceIsNamedAndNothingIsChanged(Engine engine) {
        boolean sqlite = engine == Engine.SQLITE;
        try (HikariDataSource pool = engine.dataSource(directory)) {
            Jdbi.create(pool).useHandle(handle -> {
                handle.execute(engine.sql(
                        "CREATE TABLE \"owner\" (\"id\" BIGINT NOT NULL PRIMARY KEY, \"other\" INTEGER NOT NULL)"));
                handle.execute(engine.sql(
                        "CREATE TABLE \"pet\" (\"id\" INTEGER NOT NULL, \"owner\" INTEGER, \"age\" INTEGER NOT NULL,"
                                + " CONSTRAINT \"pet_age_ck\" CHECK (\"age\" BETWEEN 0 AND 100),"
                                + " PRIMARY KEY (\"id\", \"age\"))"));
            });
            List<String> before = fingerprint(engine, pool);
            SchemaMismatchException e = catchThrowableOfType(
                    SchemaMismatchException.class,
                    () -> SqlStorage.builder(pool, CATALOG)
                            .missing(Missing.REFUSE)
                            .open());
            String all = String.join("\n", e.differences());
            assertThat(all)
                    .contains("column owner.other belongs to no field")
                    .contains("column pet.id has the type "
                            + (engine == Engine.POSTGRESQL ? "int4" : engine == Engine.MARIADB ? "INT" : "INTEGER")
                            + " and should have")
                    .contains("column pet.owner may be NULL and should not")
                    .contains("column pet.name is missing")
                    .contains("column pet.age is NOT NULL and should not be")
                    .contains("table pet has the primary key (id, age) and should have (id)")
                    .contains("unique key pet_name_owner_uq on pet(name, owner) is missing")
                    .contains("reference pet_owner_fk from pet(owner) to owner(id) is missing")
                    .contains("index pet_age_ix is missing")
                    .contains("check pet_age_ck on pet is not");
            assertThat(all.contains("table pet is not STRICT")).isEqualTo(sqlite);
            assertThat(fingerprint(engine, pool)).isEqualTo(before);
        }
    }

    @EachEngine
    void aTypeThatDiffersInItsSizeAloneIsNamedWithTheSize(Engine engine) {
        if (engine == Engine.SQLITE) {
            return;
        }
        EntityType<Row> price = EntityType.ofRows("price")
                .field("id", FieldType.LONG)
                .field("amount", FieldType.decimal(12, 2))
                .field("note", FieldType.TEXT)
                .identifiedBy(FieldRef.named("id"))
                .build();
        try (HikariDataSource pool = engine.dataSource(directory)) {
            Jdbi.create(pool)
                    .useHandle(
                            handle -> handle.execute(engine.sql("CREATE TABLE \"price\" (\"id\" BIGINT NOT NULL PRIMARY"
                                    + " KEY, \"amount\" NUMERIC(10, 3) NOT NULL, \"note\" VARCHAR(20) NOT NULL)")));
            assertThatExceptionOfType(SchemaMismatchException.class)
                    .isThrownBy(() -> SqlStorage.open(pool, Catalog.of(price)))
                    .satisfies(e -> assertThat(String.join("\n", e.differences()))
                            .containsPattern(
                                    "price.amount has the type (?i:numeric|decimal)\\(10, 3\\) and should have")
                            .containsPattern("price.note has the type [A-Za-z ]+\\(20\\) and should have"));
            assertThat(SqlStorage.changes(pool, Catalog.of(price)).changes().toString())
                    .containsPattern("change column note from [A-Za-z ]+\\(20\\) to");
        }
    }

    @EachEngine
    void aReferenceWithAnotherRuleIsADifference(Engine engine) {
        EntityType<Row> restricting = EntityType.ofRows("pet")
                .field("id", FieldType.TEXT)
                .field("owner", FieldType.LONG)
                .identifiedBy(FieldRef.named("id"))
                .references(FieldRef.named("owner"), OWNER, OnDelete.RESTRICT)
                .build();
        EntityType<Row> cascading = EntityType.ofRows("pet")
                .field("id", FieldType.TEXT)
                .field("owner", FieldType.LONG)
                .identifiedBy(FieldRef.named("id"))
                .references(FieldRef.named("owner"), OWNER, OnDelete.CASCADE)
                .build();
        try (HikariDataSource pool = engine.dataSource(directory)) {
            SqlStorage.open(pool, Catalog.of(OWNER, restricting)).close();
            assertThatExceptionOfType(SchemaMismatchException.class)
                    .isThrownBy(() -> SqlStorage.open(pool, Catalog.of(OWNER, cascading)))
                    .satisfies(e -> assertThat(e.differences())
                            .containsExactly("reference pet_owner_fk on pet(owner) has another rule than ON DELETE"
                                    + " CASCADE; create the constraint anew"));
        }
    }

    @EachEngine
    void harmlessExtrasAreAllowedAndAMissingIndexIsMade(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            SqlStorage.open(pool, CATALOG).close();
            Jdbi.create(pool).useHandle(handle -> {
                handle.execute(engine.sql("ALTER TABLE \"pet\" ADD COLUMN \"extra\" INTEGER"));
                handle.execute(engine.sql("ALTER TABLE \"pet\" ADD COLUMN \"counted\" INTEGER DEFAULT 0 NOT NULL"));
                handle.execute(engine.sql("CREATE INDEX \"own\" ON \"pet\" (\"extra\")"));
                handle.execute(engine.dropIndex("pet", "pet_age_ix"));
            });
            try (SqlStorage storage = SqlStorage.open(pool, CATALOG)) {
                storage.repository(OWNER).insert(Row.of(OWNER, 1L));
                storage.repository(PET).insert(Row.of(PET, "p", 1L, "Rex", 4));
                assertThat(storage.repository(PET).find("p")).contains(Row.of(PET, "p", 1L, "Rex", 4));
            }
            assertThat(fingerprint(engine, pool)).anyMatch(line -> line.contains("pet_age_ix"));
        }
    }

    @EachEngine
    void checksOfEveryKindAreRecognizedAgain(Engine engine) {
        EntityType<Row> type = EntityType.ofRows("checked")
                .field("text", FieldType.TEXT)
                .field("word", FieldType.TEXT)
                .field("flag", FieldType.BOOLEAN)
                .field("number", FieldType.DOUBLE)
                .field("money", FieldType.decimal(10, 2))
                .field("at", FieldType.instant(FieldType.TimeUnit.SECONDS))
                .field("day", FieldType.DATE)
                .field("emoji", FieldType.TEXT)
                .identifiedBy(FieldRef.named("text"))
                .oneOf(FieldRef.named("text"), "a", "it's", "b\\c <x> :y ?", "é\n", "\uD83D\uDE00")
                .oneOf(FieldRef.named("word"), "only")
                .oneOf(FieldRef.named("flag"), true)
                .range(FieldRef.named("number"), -1.5, 1e10)
                .range(FieldRef.named("money"), new BigDecimal("1"), new BigDecimal("99.5"))
                .range(FieldRef.named("at"), Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z"))
                .range(FieldRef.named("day"), LocalDate.of(1, 1, 1), LocalDate.of(2100, 1, 1))
                .range(FieldRef.named("emoji"), "\uE000", "\uDBFF\uDFFF")
                .build();
        Row row = Row.of(
                type,
                "\uD83D\uDE00",
                "only",
                true,
                -1.5,
                new BigDecimal("99.5"),
                Instant.EPOCH,
                LocalDate.of(1, 1, 1),
                "\uD83D\uDE00");
        try (HikariDataSource pool = engine.dataSource(directory)) {
            SqlStorage.open(pool, Catalog.of(type)).close();
            try (SqlStorage storage = SqlStorage.open(pool, Catalog.of(type))) {
                storage.repository(type).insert(row);
                assertThat(storage.repository(type).find("\uD83D\uDE00")).contains(row);
            }
        }
    }

    @EachEngine
    void theNamesOfTheTablesAreReadOnceForACheckAndNotForEachType(Engine engine) {
        List<EntityType<?>> types = IntStream.range(0, 30)
                .<EntityType<?>>mapToObj(i -> EntityType.ofRows("t" + i)
                        .field("id", FieldType.TEXT)
                        .identifiedBy(FieldRef.named("id"))
                        .build())
                .toList();
        AtomicInteger lists = new AtomicInteger();
        try (HikariDataSource pool = engine.dataSource(directory)) {
            DataSource counting = Observed.proxy(DataSource.class, pool, (method, result) -> switch (method) {
                case "getConnection" ->
                    Observed.proxy(Connection.class, result, (called, answer) -> switch (called) {
                        case "getMetaData" ->
                            Observed.proxy(DatabaseMetaData.class, answer, (asked, found) -> {
                                lists.addAndGet(asked.equals("getTables") ? 1 : 0);
                                return found;
                            });
                        case "isWrapperFor" -> false;
                        default -> answer;
                    });
                case "isWrapperFor" -> false;
                default -> result;
            });
            SqlStorage.open(counting, Catalog.of(types)).close();
            assertThat(lists.getAndSet(0)).isBetween(1, 4);
            SqlStorage.open(counting, Catalog.of(types)).close();
            assertThat(lists.getAndSet(0)).isBetween(1, 2);
            SqlStorage.builder(counting, Catalog.of(types))
                    .missing(Missing.REFUSE)
                    .open()
                    .close();
            assertThat(lists).hasValue(1);
        }
    }
}
