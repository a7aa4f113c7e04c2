package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.EntityTypeBuilder;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Code of two releases on the same tables: what the older one doesn't know survives what it writes. */
class TwoReleasesTest {

    private static final EntityType<Row> OLD = seat().build();
    private static final EntityType<Row> NEW = seat().field("meal", FieldType.TEXT)
            .nullable(FieldRef.named("meal"))
            .field("class", FieldType.INTEGER)
            .defaultValue(FieldRef.named("class"), 2)
            .build();

    @TempDir
    Path directory;

    private static EntityTypeBuilder<Row> seat() {
        return EntityType.ofRows("seat")
                .field("train", FieldType.TEXT)
                .field("guest", FieldType.TEXT)
                .field("number", FieldType.INTEGER)
                .field("until", FieldType.instant(FieldType.TimeUnit.SECONDS))
                .nullable(FieldRef.named("until"))
                .partitionedBy(FieldRef.named("train"))
                .identifiedBy(FieldRef.named("guest"))
                .unique(FieldRef.named("train"), FieldRef.named("number"))
                .expiresAt(FieldRef.named("until"));
    }

    private static Row old(String guest, int number) {
        return Row.of(OLD, "t", guest, number, null);
    }

    private static Row fresh(String guest, int number, @Nullable Instant until) {
        return Row.of(NEW, "t", guest, number, until, "of " + guest, 1);
    }

    private void together(Engine engine, BiConsumer<Repository<Row>, Repository<Row>> work) {
        try (HikariDataSource pool = engine.dataSource(directory);
                SqlStorage before = SqlStorage.open(pool, Catalog.of(OLD))) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                for (SchemaChange change :
                        SqlStorage.changes(pool, Catalog.of(NEW)).changes()) {
                    for (String sql : change.statements()) {
                        statement.execute(sql);
                    }
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            try (SqlStorage after = SqlStorage.open(pool, Catalog.of(NEW))) {
                work.accept(before.repository(OLD), after.repository(NEW));
            }
        }
    }

    private static List<String> shown(Repository<Row> seats) {
        return seats.partition("t").list().stream()
                .map(row -> row.get("guest") + " " + row.get("number") + " " + row.get("meal") + " " + row.get("class"))
                .toList();
    }

    @EachEngine
    void aReplacedRecordWhoseUniqueValueChangesKeepsTheColumnsOfTheNewRelease(Engine engine) {
        together(engine, (before, after) -> {
            after.insertAll(List.of(fresh("a", 1, null), fresh("b", 2, null), fresh("c", 3, null)));
            before.partition("t").replace(List.of(old("a", 7), old("b", 2), old("c", 3)));
            assertThat(shown(after)).containsExactly("a 7 of a 1", "b 2 of b 1", "c 3 of c 1");
            // Each takes what the next one gives up, in an order that suits no engine by itself.
            before.partition("t").replace(List.of(old("a", 2), old("b", 3), old("c", 9)));
            assertThat(shown(after)).containsExactly("a 2 of a 1", "b 3 of b 1", "c 9 of c 1");
            before.partition("t").replace(List.of(old("a", 1), old("b", 2), old("c", 3)));
            assertThat(shown(after)).containsExactly("a 1 of a 1", "b 2 of b 1", "c 3 of c 1");
        });
    }

    @EachEngine
    void ofACircleOfTradedValuesOneRecordIsWrittenAnew(Engine engine) {
        together(engine, (before, after) -> {
            after.insertAll(
                    List.of(fresh("a", 1, null), fresh("b", 2, null), fresh("c", 3, null), fresh("d", 4, null)));
            before.partition("t").replace(List.of(old("a", 2), old("b", 3), old("c", 5), old("d", 1)));
            assertThat(shown(after)).containsExactly("a 2 of a 1", "b 3 of b 1", "c 5 of c 1", "d 1 of d 1");
            before.partition("t").replace(List.of(old("a", 3), old("b", 2), old("c", 5), old("d", 1)));
            assertThat(shown(after))
                    .hasSize(4)
                    .contains("c 5 of c 1", "d 1 of d 1")
                    .containsAnyOf("a 3 of a 1", "b 2 of b 1")
                    .containsAnyOf("a 3 null 2", "b 2 null 2");
        });
    }

    @EachEngine
    void manyRecordsMoveOnByOne(Engine engine) {
        int many = 3_000;
        together(engine, (before, after) -> {
            after.insertAll(IntStream.range(0, many)
                    .mapToObj(i -> fresh("g" + (10_000 + i), i, null))
                    .toList());
            before.partition("t")
                    .replace(IntStream.range(0, many)
                            .mapToObj(i -> old("g" + (10_000 + i), i + 1))
                            .toList());
            assertThat(after.partition("t").list())
                    .hasSize(many)
                    .allMatch(row -> ("of " + row.get("guest")).equals(row.get("meal")));
        });
    }

    @EachEngine
    void aRecordThatIsMadeAnewOverAnExpiredOneKeepsNothingOfIt(Engine engine) {
        Instant gone = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(1));
        together(engine, (before, after) -> {
            after.insert(fresh("a", 1, gone));
            before.insert(old("a", 1));
            assertThat(shown(after)).containsExactly("a 1 null 2");
        });
    }

    @EachEngine
    void aBatchThatBreaksAUniqueKeyNamesIt(Engine engine) {
        together(engine, (before, after) -> {
            before.insertAll(List.of(old("a", 1), old("b", 2)));
            ConstraintViolationException refused = Assertions.catchThrowableOfType(
                    ConstraintViolationException.class, () -> before.updateAll(List.of(old("a", 2), old("b", 1))));
            assertThat(refused.kind()).isEqualTo(ConstraintKind.UNIQUE);
            assertThat(refused.constraint()).isEqualTo("seat_train_number_uq");
            assertThat(refused.columns()).containsExactly("train", "number");
        });
    }
}
