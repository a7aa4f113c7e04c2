package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Missing;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.error.InvalidValueException;
import io.storeway.error.SchemaMismatchException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.spi.Fingerprint;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.Residue;
import io.storeway.spi.Version;
import io.storeway.sql.SchemaChange.Phase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What MariaDB does differently from other engines. */
@EnabledIfSystemProperty(named = "storeway.mariadb", matches = "true", disabledReason = "it needs -Pmariadb")
class MariaDbTest {

    private static final FieldRef<Row, ?> ID = FieldRef.named("id");
    private static final FieldRef<Row, ?> NOTE = FieldRef.named("note");

    private static final EntityType<Row> NOTES = EntityType.ofRows("notes")
            .field("id", FieldType.TEXT)
            .field("note", FieldType.TEXT)
            .identifiedBy(ID)
            .build();

    private static final EntityType<Row> INDEXED = EntityType.ofRows("notes")
            .field("id", FieldType.TEXT)
            .field("note", FieldType.TEXT)
            .identifiedBy(ID)
            .sql(table -> table.index(NOTE, ID))
            .build();

    @TempDir
    Path directory;

    private static void apply(HikariDataSource pool, List<SchemaChange> changes) throws SQLException {
        for (SchemaChange change : changes) {
            for (String statement : change.statements()) {
                Engine.execute(pool, statement);
            }
        }
    }

    @Test
    void keysDifferBySpacesAtTheEndAndByCase() {
        try (SqlStorage storage = Engine.MARIADB.open(directory, Catalog.of(NOTES))) {
            Repository<Row> notes = storage.repository(NOTES);
            List<String> keys = List.of("a", "a ", "a  ", "A", "á", "");
            keys.forEach(key -> notes.insert(Row.of(NOTES, key, key)));
            keys.forEach(key -> assertThat(notes.find(key)).contains(Row.of(NOTES, key, key)));
            Field<Row, @Nullable Object> note = NOTES.field(FieldRef.named("note"));
            assertThat(notes.where(note.eq("a")).allowScan().count()).isOne();
        }
    }

    @Test
    void aKeyThatNoIndexHasRoomForIsRefusedBeforeAnyEffect() {
        try (SqlStorage storage = Engine.MARIADB.open(directory, Catalog.of(INDEXED))) {
            Repository<Row> notes = storage.repository(INDEXED);
            String longest = "\uD83D\uDE00".repeat(383);
            Row fits = Row.of(INDEXED, longest, longest);
            notes.insert(fits);
            assertThat(notes.find(longest)).contains(fits);
            InvalidValueException refused = catchThrowableOfType(
                    InvalidValueException.class,
                    () -> notes.insertAll(List.of(Row.of(INDEXED, "b", ""), Row.of(INDEXED, longest + "x", ""))));
            assertThat(refused).hasMessageContaining("383 characters").hasMessageContaining("384");
            assertThat(refused.where()).isEqualTo("id");
            assertThat(notes.exists("b")).isFalse();
            assertThat(notes.find(longest + "x")).isEmpty();
        }
        try (SqlStorage storage = Engine.MARIADB.open(directory.resolve("other"), Catalog.of(NOTES))) {
            Row row = Row.of(NOTES, "é".repeat(767), "of any length ".repeat(100_000));
            storage.repository(NOTES).insert(row);
            assertThat(storage.repository(NOTES).find("é".repeat(767))).contains(row);
        }
    }

    @Test
    void anIndexTakesRoomFromAColumnAndGivesItBack() throws SQLException {
        try (HikariDataSource pool = Engine.MARIADB.dataSource(directory)) {
            try (SqlStorage old = SqlStorage.open(pool, Catalog.of(NOTES))) {
                old.repository(NOTES).insert(Row.of(NOTES, "a", "short"));
                List<SchemaChange> narrowing =
                        SqlStorage.changes(pool, Catalog.of(INDEXED)).changes();
                assertThat(narrowing).hasSize(3).allMatch(SchemaChange::safeWithOldCode);
                apply(pool, narrowing);
                assertThat(SqlStorage.changes(pool, Catalog.of(INDEXED)).changes())
                        .isEmpty();
                assertThatExceptionOfType(InvalidValueException.class)
                        .isThrownBy(() -> old.repository(NOTES).insert(Row.of(NOTES, "b", "x".repeat(384))));
                assertThat(old.repository(NOTES).exists("b")).isFalse();
            }
            SqlStorage.builder(pool, Catalog.of(NOTES))
                    .missing(Missing.REFUSE)
                    .open()
                    .close();
            SchemaScript back = SqlStorage.changes(pool, Catalog.of(NOTES));
            assertThat(back.changes()).extracting(SchemaChange::phase).containsOnly(Phase.CONTRACT);
            apply(pool, back.changes());
            assertThat(SqlStorage.changes(pool, Catalog.of(NOTES)).changes()).isEmpty();
            try (SqlStorage again = SqlStorage.open(pool, Catalog.of(NOTES))) {
                again.repository(NOTES).insert(Row.of(NOTES, "b", "x".repeat(384)));
                assertThat(again.repository(NOTES).exists("b")).isTrue();
            }
        }
    }

    @Test
    void tablesWithoutTransactionsOrWithACollationAreRefused() throws SQLException {
        try (HikariDataSource pool = Engine.MARIADB.dataSource(directory)) {
            Engine.execute(
                    pool,
                    "CREATE TABLE notes (id VARCHAR(99) PRIMARY KEY, note LONGTEXT NOT NULL) ENGINE = Aria"
                            + " COLLATE utf8mb4_general_ci");
            SchemaMismatchException refused =
                    catchThrowableOfType(SchemaMismatchException.class, () -> SqlStorage.open(pool, Catalog.of(NOTES)));
            assertThat(refused.differences())
                    .hasSize(3)
                    .anyMatch(difference -> difference.contains("ENGINE = InnoDB"))
                    .anyMatch(difference -> difference.contains("MODIFY COLUMN `id` varchar(99) COLLATE"));
        }
    }

    @Test
    void connectionsThatAlterValuesOrHideCountsAreRefused() {
        for (String option : List.of(
                "sessionVariables=sql_mode=''",
                "sessionVariables=sql_mode='STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'",
                "useAffectedRows=true",
                "useBulkStmts=true")) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(Engine.MARIADB.uri(directory) + "&" + option);
            try (HikariDataSource pool = new HikariDataSource(config)) {
                assertThatExceptionOfType(UnsupportedCapabilityException.class)
                        .as(option)
                        .isThrownBy(() -> SqlStorage.open(pool, Catalog.of(NOTES)));
            }
        }
    }

    @Test
    void rowsGoInStatementsThatTheServerTakesAndALargerOneIsRefusedBeforeAnyEffect() throws SQLException {
        try (HikariDataSource admin = Engine.MARIADB.dataSource(directory)) {
            long before;
            try (Connection connection = admin.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT @@max_allowed_packet")) {
                rows.next();
                before = rows.getLong(1);
            }
            Engine.execute(admin, "SET GLOBAL max_allowed_packet = 1048576");
            try (HikariDataSource pool = Engine.MARIADB.dataSource(directory);
                    SqlStorage storage = SqlStorage.open(pool, Catalog.of(NOTES));
                    SqlKeyValueStore store = SqlKeyValueStore.open(pool)) {
                Repository<Row> notes = storage.repository(NOTES);
                List<Row> many = IntStream.range(0, 40)
                        .mapToObj(i -> Row.of(NOTES, "n" + i, "'é".repeat(40_000)))
                        .toList();
                notes.insertAll(many);
                notes.saveAll(many);
                assertThat(notes.find("n39")).contains(many.get(39));
                Row large = Row.of(NOTES, "large", "x".repeat(1_100_000));
                InvalidValueException refused = catchThrowableOfType(
                        InvalidValueException.class,
                        () -> notes.insertAll(List.of(Row.of(NOTES, "beside", "x"), large)));
                assertThat(refused.where()).isEqualTo("note");
                assertThat(refused).hasMessageContaining("max_allowed_packet");
                assertThat(notes.exists("beside")).isFalse();
                assertThatExceptionOfType(InvalidValueException.class)
                        .isThrownBy(() -> store.commit(List.of(), List.of(Write.put("k", new byte[1_100_000]))))
                        .withMessageContaining("max_allowed_packet");
                store.commit(List.of(), List.of(Write.put("k", new byte[500_000])));
                assertThat(store.get("k")).isNotNull();
            } finally {
                Engine.execute(admin, "SET GLOBAL max_allowed_packet = " + before);
            }
        }
    }

    @Test
    void aPartitionWhoseKeyIsTooLongForTheTablesOfAMigrationIsMigratedLikeAnyOther() {
        try (SqlStorage storage = Engine.MARIADB.open(directory, Catalog.of(NOTES))) {
            ReplicaStore replica = storage.replica();
            Key longest = Key.of("\uD83D\uDE00".repeat(767));
            Row row = Row.of(NOTES, longest.values().get(0), "note");
            Key tooLong = Key.of("x".repeat(800));
            PartitionState refused =
                    state(tooLong, 1, List.of(), Row.of(NOTES, tooLong.values().get(0), "note"));
            Residue residue =
                    new Residue(0, Residue.Kind.INVALID, null, "too long", new byte[] {1}, new Fingerprint(1, 2));
            PartitionState kept = state(tooLong, 1, List.of(residue));
            assertThat(apply(replica, state(longest, 2, List.of(), row), refused))
                    .containsExactly(Outcome.APPLIED, Outcome.REFUSED);
            assertThat(apply(replica, kept)).containsExactly(Outcome.APPLIED);
            assertThat(apply(replica, state(longest, 1, List.of()), kept))
                    .containsExactly(Outcome.STALE, Outcome.UNCHANGED);
            List<PartitionState> found = new ArrayList<>();
            String cursor = null;
            do {
                ReplicaStore.ScanPage page = replica.scan(NOTES, cursor, 1);
                found.addAll(page.partitions());
                cursor = page.next();
            } while (cursor != null);
            assertThat(found).extracting(PartitionState::key).containsExactly(longest, tooLong);
            assertThat(found.get(0).version()).isEqualTo(new Version(1, 2));
            assertThat(found.get(1).residue())
                    .singleElement()
                    .satisfies(item -> assertThat(item.payload()).containsExactly(1));
            List<PartitionState> advanced = replica.transact(unit -> unit.advance(NOTES, List.of(longest, tooLong), 1));
            assertThat(advanced)
                    .extracting(PartitionState::version)
                    .containsExactly(new Version(1, 3), new Version(1, 2));
            assertThat(apply(replica, state(tooLong, 3, List.of()))).containsExactly(Outcome.APPLIED);
            assertThat(replica.read(NOTES, List.of(tooLong)).get(0).residue()).isEmpty();
        }
    }

    private static PartitionState state(Key key, long counter, List<Residue> residue, Row... rows) {
        List<PartitionState.Item> items = new ArrayList<>();
        for (Row row : rows) {
            items.add(new PartitionState.Item(items.size(), row, () -> new byte[0]));
        }
        return new PartitionState(key, new Version(1, counter), items, residue);
    }

    private static List<Outcome> apply(ReplicaStore replica, PartitionState... states) {
        return replica.transact(unit -> unit.apply(NOTES, List.of(states))).stream()
                .map(ReplicaStore.Applied::outcome)
                .toList();
    }
}
