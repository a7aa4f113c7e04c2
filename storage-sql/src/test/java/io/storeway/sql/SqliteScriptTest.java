package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.EntityTypeBuilder;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.OnDelete;
import io.storeway.Row;
import io.storeway.error.SchemaMismatchException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script that copies a table, run as the shell {@code sqlite3} runs one: it goes on behind a statement that failed. */
class SqliteScriptTest {

    private static final EntityType<Row> OWNER = EntityType.ofRows("owner")
            .field("id", FieldType.TEXT)
            .identifiedBy(FieldRef.named("id"))
            .build();
    private static final EntityType<Row> OLD = pet().build();

    @TempDir
    Path directory;

    private static EntityTypeBuilder<Row> pet() {
        return EntityType.ofRows("pet")
                .field("id", FieldType.TEXT)
                .field("owner", FieldType.TEXT)
                .identifiedBy(FieldRef.named("id"))
                .sql(table -> table.index(FieldRef.named("owner")));
    }

    /** The errors of a run that nothing stops. */
    private static List<String> runThrough(HikariDataSource pool, SchemaScript script) throws SQLException {
        List<String> errors = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (SchemaChange change : script.changes()) {
                for (String sql : change.statements()) {
                    try {
                        if (!sql.startsWith("--")) {
                            statement.execute(sql);
                        }
                    } catch (SQLException e) {
                        errors.add(e.getMessage());
                    }
                }
            }
        }
        return errors;
    }

    private void survives(EntityType<Row> next, String reason) throws SQLException {
        try (HikariDataSource pool = Engine.SQLITE.dataSource(directory);
                SqlStorage storage = SqlStorage.open(pool, Catalog.of(OWNER, OLD))) {
            storage.repository(OLD).insertAll(List.of(Row.of(OLD, "a", "x"), Row.of(OLD, "b", "y")));
            SchemaScript script = SqlStorage.changes(pool, Catalog.of(OWNER, next));
            assertThat(runThrough(pool, script)).anyMatch(error -> error.contains(reason));
            assertThat(storage.repository(OLD).all().allowScan().list()).hasSize(2);
            assertThat(SqlStorage.changes(pool, Catalog.of(OWNER, next))).isEqualTo(script);
            assertThat(SqlStorage.changes(pool, Catalog.of(OWNER, OLD)).changes())
                    .isEmpty();
        }
    }

    @Test
    void rowsThatBreakANewCheckLeaveTheTableAsItWas() throws SQLException {
        survives(pet().oneOf(FieldRef.named("owner"), "x").build(), "CHECK constraint failed");
    }

    @Test
    void rowsThatHaveNoValueForARequiredFieldLeaveTheTableAsItWas() throws SQLException {
        survives(pet().field("chip", FieldType.TEXT).build(), "NOT NULL constraint failed");
    }

    @Test
    void valuesThatDoNotFitANewTypeLeaveTheTableAsItWas() throws SQLException {
        survives(
                EntityType.ofRows("pet")
                        .field("id", FieldType.TEXT)
                        .field("owner", FieldType.LONG)
                        .identifiedBy(FieldRef.named("id"))
                        .sql(table -> table.index(FieldRef.named("owner")))
                        .build(),
                "cannot store TEXT value in INTEGER column");
    }

    @Test
    void aReferenceThatWouldBeBrokenLeavesTheTableAsItWas() throws SQLException {
        survives(
                pet().references(FieldRef.named("owner"), OWNER, OnDelete.CASCADE)
                        .build(),
                "CHECK constraint failed");
    }

    private static EntityType<Row> priced(FieldType price) {
        return EntityType.ofRows("priced")
                .field("id", FieldType.TEXT)
                .field("price", price)
                .nullable(FieldRef.named("price"))
                .identifiedBy(FieldRef.named("id"))
                .build();
    }

    private static BigDecimal price(SqlStorage storage, EntityType<Row> type) {
        return (BigDecimal) Objects.requireNonNull(
                storage.repository(type).find("a").orElseThrow().get("price"));
    }

    /** Whether decimals of the first type become such of the second, by the script; else they stay as they were. */
    private void rescales(FieldType from, FieldType to, String value, boolean possible) throws SQLException {
        EntityType<Row> before = priced(from);
        EntityType<Row> after = priced(to);
        try (HikariDataSource pool = Engine.SQLITE.dataSource(directory)) {
            try (SqlStorage storage = SqlStorage.open(pool, Catalog.of(before))) {
                storage.repository(before)
                        .saveAll(List.of(Row.of(before, "a", new BigDecimal(value)), Row.of(before, "none", null)));
            }
            assertThatExceptionOfType(SchemaMismatchException.class)
                    .isThrownBy(() -> SqlStorage.open(pool, Catalog.of(after)))
                    .withMessageContaining("check priced_price_domain on priced is not");
            SchemaScript script = SqlStorage.changes(pool, Catalog.of(after));
            assertThat(script.changes()).extracting(SchemaChange::phase).containsExactly(SchemaChange.Phase.STANDSTILL);
            assertThat(runThrough(pool, script).isEmpty()).isEqualTo(possible);
            EntityType<Row> now = possible ? after : before;
            try (SqlStorage storage = SqlStorage.open(pool, Catalog.of(now))) {
                assertThat(price(storage, now)).isEqualByComparingTo(value);
                assertThat(storage.repository(now).all().allowScan().count()).isEqualTo(2);
                storage.repository(now).delete("a");
            }
        }
    }

    @Test
    void decimalsGetAnotherScaleWhereThatIsExact() throws SQLException {
        rescales(FieldType.decimal(9, 2), FieldType.decimal(18, 4), "-1.25", true);
        rescales(FieldType.decimal(18, 4), FieldType.decimal(9, 2), "-1.25", true);
        rescales(FieldType.decimal(9, 2), FieldType.decimal(9, 1), "1.25", false);
        rescales(FieldType.decimal(9, 2), FieldType.decimal(9, 8), "12.5", false);
    }

    @Test
    void wideDecimalsOfAnotherScaleStayAsTheyAre() throws SQLException {
        rescales(FieldType.decimal(20, 2), FieldType.decimal(20, 4), "1.25", false);
    }
}
