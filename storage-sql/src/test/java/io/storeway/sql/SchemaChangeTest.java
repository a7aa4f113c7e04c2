package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.EntityTypeBuilder;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Missing;
import io.storeway.OnDelete;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.SchemaMismatchException;
import io.storeway.sql.SchemaChange.Phase;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaChangeTest {

    private static final EntityType<Row> OWNER = EntityType.ofRows("owner")
            .field("id", FieldType.LONG)
            .identifiedBy(FieldRef.named("id"))
            .build();

    @TempDir
    Path directory;

    private static EntityTypeBuilder<Row> pet() {
        return EntityType.ofRows("pet")
                .field("id", FieldType.TEXT)
                .field("owner", FieldType.LONG)
                .field("name", FieldType.TEXT)
                .identifiedBy(FieldRef.named("id"));
    }

    private static EntityType<Row> pet(UnaryOperator<EntityTypeBuilder<Row>> change) {
        return change.apply(pet()).build();
    }

    private static final EntityType<Row> OLD = pet(builder -> builder);

    private static Catalog catalog(EntityType<Row> pet) {
        return Catalog.of(OWNER, pet);
    }

    private static void start(HikariDataSource pool, EntityType<Row> pet) {
        try (SqlStorage storage = SqlStorage.open(pool, catalog(pet))) {
            storage.repository(OWNER).insert(row(OWNER, Map.of("id", 1L)));
            for (String id : List.of("a", "b")) {
                storage.repository(pet).insert(row(pet, Map.of("id", id, "owner", 1L, "name", "name of " + id)));
            }
        }
    }

    private static Row row(EntityType<Row> type, Map<String, ?> values) {
        return Row.of(
                type,
                type.fields().stream().map(field -> values.get(field.name())).toArray());
    }

    /** Runs the statements of a script. */
    static void apply(HikariDataSource pool, List<SchemaChange> changes) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (SchemaChange change : changes) {
                for (String sql : change.statements()) {
                    if (!sql.startsWith("--")) {
                        statement.execute(sql);
                    }
                }
            }
        }
    }

    private static SqlStorage checked(HikariDataSource pool, EntityType<Row> pet) {
        return SqlStorage.builder(pool, catalog(pet)).missing(Missing.REFUSE).open();
    }

    /** Applies everything and shows that nothing is left to do, and that the rows are there. */
    private SchemaScript evolve(HikariDataSource pool, EntityType<Row> to) throws SQLException {
        SchemaScript script = SqlStorage.changes(pool, catalog(to));
        assertThat(script.changes()).isNotEmpty();
        for (Phase phase : Phase.values()) {
            apply(pool, script.changes(phase));
        }
        assertThat(SqlStorage.changes(pool, catalog(to)).changes()).isEmpty();
        try (SqlStorage storage = checked(pool, to)) {
            assertThat(storage.repository(to).all().allowScan().list())
                    .extracting(row -> row.get("id"))
                    .containsExactlyInAnyOrder("a", "b");
        }
        return script;
    }

    @EachEngine
    void nothingIsChangedWhereNothingDiffers(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            SqlStorage.open(pool, Library.CATALOG).close();
            assertThat(SqlStorage.changes(pool, Library.CATALOG).changes()).isEmpty();
            assertThat(SqlStorage.changes(pool, Library.CATALOG).text()).isEmpty();
        }
    }

    @EachEngine
    void missingTablesAreCreatedAsOpeningWould(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            SchemaScript script = SqlStorage.changes(pool, Library.CATALOG);
            assertThat(script.changes()).hasSize(7).allMatch(SchemaChange::safeWithOldCode);
            apply(pool, script.changes());
            assertThat(SqlStorage.changes(pool, Library.CATALOG).changes()).isEmpty();
            SqlStorage.builder(pool, Library.CATALOG)
                    .missing(Missing.REFUSE)
                    .open()
                    .close();
        }
    }

    @EachEngine
    void oldAndNewCodeRunSideBySideAfterTheExpansion(Engine engine) throws SQLException {
        EntityType<Row> next = pet(builder -> builder.field("legs", FieldType.INTEGER)
                .defaultValue(FieldRef.named("legs"), 4)
                .field("note", FieldType.TEXT)
                .nullable(FieldRef.named("note"))
                .range(FieldRef.named("legs"), 0, 1000)
                .sql(table -> table.index(FieldRef.named("legs"))));
        try (HikariDataSource pool = engine.dataSource(directory)) {
            start(pool, OLD);
            try (SqlStorage before = SqlStorage.open(pool, catalog(OLD))) {
                assertThatExceptionOfType(SchemaMismatchException.class).isThrownBy(() -> checked(pool, next));
                SchemaScript script = SqlStorage.changes(pool, catalog(next));
                assertThat(script.changes()).isNotEmpty().allMatch(SchemaChange::safeWithOldCode);
                assertThat(script.changes()).noneMatch(SchemaChange::losesData);
                apply(pool, script.changes());
                try (SqlStorage after = checked(pool, next);
                        SqlStorage restarted = SqlStorage.open(pool, catalog(OLD))) {
                    Repository<Row> old = before.repository(OLD);
                    Repository<Row> updated = after.repository(next);
                    assertThat(updated.find("a").orElseThrow().get("legs")).isEqualTo(4);

                    Row kept = row(next, Map.of("id", "a", "owner", 1L, "name", "x", "legs", 3, "note", "limps"));
                    updated.save(kept);
                    assertThat(old.find("a").orElseThrow().get("name")).isEqualTo("x");
                    old.save(row(OLD, Map.of("id", "a", "owner", 1L, "name", "y")));
                    old.update(row(OLD, Map.of("id", "a", "owner", 1L, "name", "z")));
                    restarted
                            .repository(OLD)
                            .partition("a")
                            .replace(List.of(row(OLD, Map.of("id", "a", "owner", 1L, "name", "q"))));
                    assertThat(updated.find("a").orElseThrow().get("legs")).isEqualTo(3);
                    assertThat(updated.find("a").orElseThrow().get("note")).isEqualTo("limps");
                    assertThat(updated.find("a").orElseThrow().get("name")).isEqualTo("q");

                    old.insert(row(OLD, Map.of("id", "c", "owner", 1L, "name", "new")));
                    assertThat(updated.find("c").orElseThrow().get("legs")).isEqualTo(4);
                    assertThat(updated.find("c").orElseThrow().get("note")).isNull();
                }
            }
        }
    }

    @EachEngine
    void rulesAreAddedAndDropped(Engine engine) throws SQLException {
        EntityType<Row> strict = pet(builder -> builder.unique(FieldRef.named("owner"), FieldRef.named("name"))
                .references(FieldRef.named("owner"), OWNER, OnDelete.RESTRICT)
                .range(FieldRef.named("name"), "a", "z")
                .sql(table -> table.index(FieldRef.named("name"))));
        try (HikariDataSource pool = engine.dataSource(directory)) {
            start(pool, OLD);
            SchemaScript added = evolve(pool, strict);
            assertThat(added.changes()).allMatch(SchemaChange::safeWithOldCode).noneMatch(SchemaChange::losesData);
            try (SqlStorage storage = checked(pool, strict)) {
                Repository<Row> pets = storage.repository(strict);
                assertThat(kindOf(() -> pets.insert(row(strict, Map.of("id", "c", "owner", 1L, "name", "name of a")))))
                        .isEqualTo(ConstraintKind.UNIQUE);
                assertThat(kindOf(() -> pets.insert(row(strict, Map.of("id", "c", "owner", 7L, "name", "n")))))
                        .isEqualTo(ConstraintKind.REFERENCE);
                assertThat(kindOf(() -> storage.repository(OWNER).delete(1L))).isEqualTo(ConstraintKind.REFERENCE);
            }
            SchemaScript dropped = evolve(pool, OLD);
            assertThat(dropped.changes()).allMatch(change -> change.phase() == Phase.CONTRACT);
            try (SqlStorage storage = checked(pool, OLD)) {
                storage.repository(OLD).insert(row(OLD, Map.of("id", "c", "owner", 7L, "name", "name of a")));
            }
        }
    }

    private static ConstraintKind kindOf(Runnable write) {
        try {
            write.run();
        } catch (ConstraintViolationException e) {
            return e.kind();
        }
        throw new AssertionError("The write was not refused");
    }

    @EachEngine
    void rulesAreChanged(Engine engine) throws SQLException {
        FieldRef<Row, ?> name = FieldRef.named("name");
        FieldRef<Row, ?> owner = FieldRef.named("owner");
        EntityType<Row> before = pet(
                builder -> builder.oneOf(name, "name of a", "name of b").references(owner, OWNER, OnDelete.RESTRICT));
        EntityType<Row> after = pet(builder ->
                builder.oneOf(name, "name of a", "name of b", "it's").references(owner, OWNER, OnDelete.CASCADE));
        try (HikariDataSource pool = engine.dataSource(directory)) {
            start(pool, before);
            evolve(pool, after);
            try (SqlStorage storage = checked(pool, after)) {
                storage.repository(after).insert(row(after, Map.of("id", "c", "owner", 1L, "name", "it's")));
                storage.repository(OWNER).delete(1L);
                assertThat(storage.repository(after).all().allowScan().count()).isZero();
            }
        }
    }

    @EachEngine
    void aColumnIsRenamedInAStandstillAndKeepsItsValuesAndRules(Engine engine) throws SQLException {
        EntityType<Row> before = pet(builder -> builder.unique(FieldRef.named("name"))
                .range(FieldRef.named("name"), "a", "z")
                .sql(table -> table.index(FieldRef.named("owner"), FieldRef.named("name"))));
        EntityType<Row> after = EntityType.ofRows("pet")
                .field("id", FieldType.TEXT)
                .field("owner", FieldType.LONG)
                .field("label", FieldType.TEXT)
                .identifiedBy(FieldRef.named("id"))
                .unique(FieldRef.named("label"))
                .range(FieldRef.named("label"), "a", "z")
                .sql(table -> table.formerColumn(FieldRef.named("label"), "name")
                        .index(FieldRef.named("owner"), FieldRef.named("label")))
                .build();
        try (HikariDataSource pool = engine.dataSource(directory)) {
            start(pool, before);
            assertThatExceptionOfType(SchemaMismatchException.class)
                    .isThrownBy(() -> checked(pool, after))
                    .withMessageContaining("former name name; rename it: ALTER TABLE")
                    .satisfies(e -> assertThat(e.differences())
                            .noneMatch(each -> each.contains("belongs to no field")
                                    || each.contains("unique key")
                                    || each.contains("index ")));
            SchemaScript script = evolve(pool, after);
            assertThat(script.changes()).extracting(SchemaChange::phase).contains(Phase.STANDSTILL);
            assertThat(script.changes(Phase.EXPAND)).isEmpty();
            assertThat(script.changes()).noneMatch(SchemaChange::losesData);
            try (SqlStorage storage = checked(pool, after)) {
                Repository<Row> pets = storage.repository(after);
                assertThat(pets.find("b").orElseThrow().get("label")).isEqualTo("name of b");
                assertThat(kindOf(() -> pets.insert(row(after, Map.of("id", "c", "owner", 1L, "label", "name of a")))))
                        .isEqualTo(ConstraintKind.UNIQUE);
            }
        }
    }

    @EachEngine
    void aColumnThatHasTheNameOfARowNumberIsRenamed(Engine engine) throws SQLException {
        EntityType<Row> before = pet(builder -> builder.sql(table -> table.column(FieldRef.named("name"), "rowid")));
        EntityType<Row> after =
                pet(builder -> builder.sql(table -> table.formerColumn(FieldRef.named("name"), "rowid")));
        try (HikariDataSource pool = engine.dataSource(directory)) {
            start(pool, before);
            evolve(pool, after);
            try (SqlStorage storage = checked(pool, after)) {
                assertThat(storage.repository(after).find("b").orElseThrow().get("name"))
                        .isEqualTo("name of b");
            }
        }
    }

    @EachEngine
    void whatIsSaidOfARenamedColumnIsToRenameItAndNothingElse(Engine engine) throws SQLException {
        EntityType<Row> before = pet(builder -> builder.references(FieldRef.named("owner"), OWNER, OnDelete.CASCADE));
        EntityType<Row> after = EntityType.ofRows("pet")
                .field("code", FieldType.TEXT)
                .field("keeper", FieldType.LONG)
                .field("label", FieldType.TEXT)
                .identifiedBy(FieldRef.named("code"))
                .references(FieldRef.named("keeper"), OWNER, OnDelete.CASCADE)
                .sql(table -> table.formerColumn(FieldRef.named("code"), "id")
                        .formerColumn(FieldRef.named("keeper"), "owner")
                        .formerColumn(FieldRef.named("label"), "name"))
                .build();
        try (HikariDataSource pool = engine.dataSource(directory)) {
            start(pool, before);
            assertThatExceptionOfType(SchemaMismatchException.class)
                    .isThrownBy(() -> checked(pool, after))
                    .satisfies(e -> assertThat(e.differences())
                            .hasSize(3)
                            .allMatch(each -> each.contains("is there under its former name")));
        }
    }

    @EachEngine
    void aDroppedFieldGoesAfterTheOldCodeAndIsSaidToLoseData(Engine engine) throws SQLException {
        EntityType<Row> before = pet(builder -> builder.field("note", FieldType.TEXT)
                .nullable(FieldRef.named("note"))
                .unique(FieldRef.named("note"))
                .sql(table -> table.index(FieldRef.named("note"), FieldRef.named("name"))));
        try (HikariDataSource pool = engine.dataSource(directory)) {
            start(pool, before);
            SchemaScript script = SqlStorage.changes(pool, catalog(OLD));
            assertThat(script.changes(Phase.EXPAND)).isEmpty();
            assertThat(script.changes(Phase.CONTRACT)).anyMatch(SchemaChange::losesData);
            checked(pool, OLD).close();
            evolve(pool, OLD);
        }
    }

    /** The name of the table is cut in the names of its indexes and rules. */
    @EachEngine
    void whatBelongsToATableWithALongNameIsDroppedWithIt(Engine engine) throws SQLException {
        String name = "pets_of_a_table_whose_name_is_nearly_as_long_as_names_may_be";
        EntityType<Row> before = pet(builder -> builder.unique(FieldRef.named("name"))
                .range(FieldRef.named("owner"), 0L, 9L)
                .sql(table -> table.table(name).index(FieldRef.named("owner"), FieldRef.named("name"))));
        EntityType<Row> after = pet(builder -> builder.sql(table -> table.table(name)));
        try (HikariDataSource pool = engine.dataSource(directory)) {
            start(pool, before);
            assertThat(SqlStorage.changes(pool, catalog(after)).changes())
                    .extracting(change -> change.phase() == Phase.STANDSTILL ? "copied" : "dropped")
                    .isNotEmpty()
                    .doesNotContain("copied");
            evolve(pool, after);
        }
    }

    @EachEngine
    void typesAndRequirementsChange(Engine engine) throws SQLException {
        EntityType<Row> before = pet(builder -> builder.field("age", FieldType.INTEGER)
                .field("loose", FieldType.TEXT)
                .nullable(FieldRef.named("loose"), FieldRef.named("age")));
        EntityType<Row> after = EntityType.ofRows("pet")
                .field("id", FieldType.TEXT)
                .field("owner", FieldType.LONG)
                .field("name", FieldType.TEXT)
                .nullable(FieldRef.named("name"))
                .field("age", FieldType.TEXT)
                .nullable(FieldRef.named("age"))
                .field("loose", FieldType.TEXT)
                .defaultValue(FieldRef.named("loose"), "it's")
                .identifiedBy(FieldRef.named("id"), FieldRef.named("owner"))
                .build();
        try (HikariDataSource pool = engine.dataSource(directory)) {
            start(pool, before);
            try (SqlStorage storage = SqlStorage.open(pool, catalog(before))) {
                storage.repository(before).save(row(before, Map.of("id", "a", "owner", 1L, "name", "x", "age", 7)));
            }
            SchemaScript script = evolve(pool, after);
            assertThat(script.changes()).extracting(SchemaChange::phase).containsOnly(Phase.STANDSTILL);
            try (SqlStorage storage = checked(pool, after)) {
                Row a = storage.repository(after).find("a", 1L).orElseThrow();
                assertThat(a.get("age")).isEqualTo("7");
                assertThat(a.get("loose")).isEqualTo("it's");
            }
        }
    }

    @EachEngine
    void aRequiredFieldWithoutADefaultFailsUntilItsValuesAreFilledIn(Engine engine) throws SQLException {
        EntityType<Row> after = pet(builder -> builder.field("chip", FieldType.TEXT));
        try (HikariDataSource pool = engine.dataSource(directory)) {
            start(pool, OLD);
            SchemaScript script = SqlStorage.changes(pool, catalog(after));
            assertThat(script.text(Phase.STANDSTILL)).contains("no default value");
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> apply(pool, script.changes()));
            if (engine == Engine.SQLITE) {
                try (SqlStorage storage = SqlStorage.open(engine.dataSource(directory), catalog(OLD))) {
                    assertThat(storage.repository(OLD).exists("a")).isTrue();
                }
            }
        }
    }

    @Test
    void aCopiedTableKeepsForeignKeysIndexesTriggersAndViewsOfTheApplication() throws SQLException {
        EntityType<Row> after = pet(builder -> builder.references(FieldRef.named("owner"), OWNER, OnDelete.CASCADE));
        EntityType<Row> bowl = EntityType.ofRows("bowl")
                .field("pet", FieldType.TEXT)
                .identifiedBy(FieldRef.named("pet"))
                .references(FieldRef.named("pet"), OLD, OnDelete.CASCADE)
                .build();
        try (HikariDataSource pool = Engine.SQLITE.dataSource(directory)) {
            start(pool, OLD);
            SqlStorage.open(pool, Catalog.of(OWNER, OLD, bowl)).close();
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO bowl VALUES ('a')");
                statement.execute("CREATE INDEX own ON pet (name DESC)");
                statement.execute("CREATE VIEW names AS SELECT name FROM pet");
                statement.execute(
                        "CREATE TRIGGER loud AFTER INSERT ON pet BEGIN UPDATE pet SET name = upper(name) WHERE id ="
                                + " new.id; END");
            }
            evolve(pool, after);
            try (SqlStorage storage = checked(pool, after);
                    Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                storage.repository(after).insert(row(after, Map.of("id", "c", "owner", 1L, "name", "new")));
                assertThat(storage.repository(after).find("c").orElseThrow().get("name"))
                        .isEqualTo("NEW");
                assertThat(statement
                                .executeQuery("SELECT 1 FROM names, sqlite_master WHERE type = 'index' AND"
                                        + " sqlite_master.name = 'own'")
                                .next())
                        .isTrue();
                storage.repository(after).delete("a");
                assertThat(statement.executeQuery("SELECT 1 FROM bowl").next()).isFalse();
            }
        }
    }

    @Test
    void aCopyThatWouldBreakAReferenceIsRolledBack() throws SQLException {
        EntityType<Row> after = pet(builder -> builder.references(FieldRef.named("owner"), OWNER, OnDelete.CASCADE));
        try (HikariDataSource pool = Engine.SQLITE.dataSource(directory)) {
            start(pool, OLD);
            try (SqlStorage storage = SqlStorage.open(pool, catalog(OLD))) {
                storage.repository(OLD).insert(row(OLD, Map.of("id", "orphan", "owner", 9L, "name", "x")));
                SchemaScript script = SqlStorage.changes(pool, catalog(after));
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> apply(pool, script.changes()))
                        .withMessageContaining("CHECK constraint failed");
                assertThat(storage.repository(OLD).exists("orphan")).isTrue();
                assertThat(SqlStorage.changes(pool, catalog(after))).isEqualTo(script);
            }
        }
    }

    @EachEngine
    void theScriptIsWrittenForFlywayOneFileForEachPhase(Engine engine) throws Exception {
        EntityType<Row> before =
                pet(builder -> builder.field("note", FieldType.TEXT).nullable(FieldRef.named("note")));
        EntityType<Row> after = pet(builder -> builder.unique(FieldRef.named("name")));
        try (HikariDataSource pool = engine.dataSource(directory)) {
            start(pool, before);
            SchemaScript script = SqlStorage.changes(pool, catalog(after));
            Path flyway = directory.resolve("flyway");
            List<Path> files = script.writeFlyway(flyway, "7.1");
            assertThat(files)
                    .extracting(file -> String.valueOf(file.getFileName()))
                    .containsExactly("V7.1_1__storeway_expand.sql", "V7.1_3__storeway_contract.sql");
            assertThat(Files.readString(files.get(0))).contains(script.text(Phase.EXPAND), "pet_name_uq");
            assertThat(Files.readString(files.get(1)))
                    .contains("Values can be lost", engine.sql("DROP COLUMN \"note\";"));
            assertThat(Files.exists(flyway.resolve("V7.1_1__storeway_expand.sql.conf")))
                    .isEqualTo(engine == Engine.SQLITE);
            assertThatExceptionOfType(FileAlreadyExistsException.class)
                    .isThrownBy(() -> script.writeFlyway(flyway, "7.1"));
            assertThatIllegalArgumentException().isThrownBy(() -> script.writeFlyway(flyway, "../x"));
        }
    }
}
