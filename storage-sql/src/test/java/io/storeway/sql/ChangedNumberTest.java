package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Row;
import io.storeway.error.SchemaMismatchException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A field of numbers that gets another type: the script keeps each number, or fails. */
class ChangedNumberTest {

    private static final FieldType LONG = FieldType.LONG;
    private static final FieldType MONEY = FieldType.decimal(10, 2);
    private static final FieldType WIDE = FieldType.decimal(30, 5);

    @TempDir
    Path directory;

    private static EntityType<Row> of(FieldType type) {
        return EntityType.ofRows("amounts")
                .field("id", LONG)
                .field("amount", type)
                .identifiedBy(FieldRef.named("id"))
                .build();
    }

    private static void written(HikariDataSource pool, FieldType type, Object value) {
        EntityType<Row> rows = of(type);
        try (SqlStorage storage = SqlStorage.open(pool, Catalog.of(rows))) {
            storage.repository(rows).insert(Row.of(rows, 1L, value));
        }
    }

    private static @Nullable Object read(HikariDataSource pool, FieldType type) {
        EntityType<Row> rows = of(type);
        try (SqlStorage storage = SqlStorage.open(pool, Catalog.of(rows))) {
            return storage.repository(rows).find(1L).orElseThrow().get(1);
        }
    }

    /** Applies the script for the type, and says whether it went through. */
    private static boolean changed(HikariDataSource pool, FieldType type, UnaryOperator<String> edited)
            throws SQLException {
        assertThatExceptionOfType(SchemaMismatchException.class).isThrownBy(() -> read(pool, type));
        List<SchemaChange> changes =
                SqlStorage.changes(pool, Catalog.of(of(type))).changes();
        assertThat(changes).anyMatch(SchemaChange::losesData);
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            try {
                for (SchemaChange change : changes) {
                    for (String sql : change.statements()) {
                        statement.execute(edited.apply(sql));
                    }
                }
                return true;
            } catch (SQLException e) {
                if (connection.getMetaData().getDatabaseProductName().equals("SQLite")) {
                    statement.execute("ROLLBACK");
                }
                return false;
            }
        }
    }

    private void becomes(Engine engine, FieldType from, Object value, FieldType to, Object expected)
            throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            written(pool, from, value);
            assertThat(changed(pool, to, sql -> sql)).isTrue();
            assertThat(read(pool, to)).isEqualTo(expected);
        }
    }

    private void fails(Engine engine, FieldType from, Object value, FieldType to) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            written(pool, from, value);
            assertThat(changed(pool, to, sql -> sql)).isFalse();
            assertThat(read(pool, from)).isEqualTo(value);
        }
    }

    @EachEngine
    void wholeAmountsBecomeWholeNumbers(Engine engine) throws SQLException {
        becomes(engine, MONEY, new BigDecimal("12.00"), LONG, 12L);
    }

    @EachEngine
    void wholeNumbersBecomeAmountsWhereThePointIsClear(Engine engine) throws SQLException {
        if (engine == Engine.SQLITE) {
            fails(engine, LONG, 12L, MONEY);
        } else {
            becomes(engine, LONG, 12L, MONEY, new BigDecimal("12.00"));
        }
    }

    @Test
    void theExpressionThatIsAskedForPutsThePoint() throws SQLException {
        try (HikariDataSource pool = Engine.SQLITE.dataSource(directory)) {
            written(pool, LONG, 12L);
            String blank = "CAST('put an expression here' AS BLOB)";
            assertThat(changed(pool, MONEY, sql -> sql.replace(blank, "\"amount\" * 100")))
                    .isTrue();
            assertThat(read(pool, MONEY)).isEqualTo(new BigDecimal("12.00"));
        }
    }

    @EachEngine
    void wholeNumbersBecomeDecimalsWithoutAPoint(Engine engine) throws SQLException {
        FieldType whole = FieldType.decimal(18, 0);
        try (HikariDataSource pool = engine.dataSource(directory)) {
            written(pool, FieldType.INTEGER, 12);
            for (SchemaChange change :
                    SqlStorage.changes(pool, Catalog.of(of(whole))).changes()) {
                try (Connection connection = pool.getConnection();
                        Statement statement = connection.createStatement()) {
                    for (String sql : change.statements()) {
                        statement.execute(sql);
                    }
                }
            }
            assertThat(read(pool, whole)).isEqualTo(new BigDecimal("12"));
        }
    }

    @EachEngine
    void aNumberThatWouldBeRoundedStaysWhatItIs(Engine engine) throws SQLException {
        if (engine != Engine.MARIADB) {
            fails(engine, MONEY, new BigDecimal("12.50"), LONG);
        }
    }

    @EachEngine
    void aDoubleThatWouldBeRoundedStaysWhatItIs(Engine engine) throws SQLException {
        if (engine != Engine.MARIADB) {
            fails(engine, FieldType.DOUBLE, 12.005, MONEY);
        }
    }

    @EachEngine
    void aDecimalThatWouldBeRoundedStaysWhatItIs(Engine engine) throws SQLException {
        if (engine != Engine.MARIADB) {
            fails(engine, MONEY, new BigDecimal("12.55"), FieldType.decimal(10, 1));
        }
    }

    @EachEngine
    void aLongThatNoDoubleHoldsStaysWhatItIs(Engine engine) throws SQLException {
        if (engine == Engine.H2 || engine == Engine.POSTGRESQL) {
            fails(engine, LONG, 9007199254740993L, FieldType.DOUBLE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void decimalsOfSqliteBecomeTextOnlyByAnExpression(boolean wide) throws SQLException {
        fails(Engine.SQLITE, wide ? WIDE : MONEY, new BigDecimal(wide ? "12.00000" : "12.00"), FieldType.TEXT);
    }
}
