package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.OnDelete;
import io.storeway.Row;
import io.storeway.error.InvalidValueException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SqlScriptTest {

    private static final EntityType<Row> VALUES = EntityType.ofRows("odd_values")
            .field("id", FieldType.INTEGER)
            .field("text", FieldType.TEXT)
            .field("flag", FieldType.BOOLEAN)
            .field("number", FieldType.LONG)
            .field("price", FieldType.decimal(12, 3))
            .field("wide", FieldType.decimal(38, 10))
            .field("real", FieldType.DOUBLE)
            .field("at", FieldType.instant(FieldType.TimeUnit.MILLIS))
            .field("day", FieldType.DATE)
            .field("data", FieldType.BYTES)
            .field("json", FieldType.JSON)
            .identifiedBy(FieldRef.named("id"))
            .build();

    private static final EntityType<Row> NODES = EntityType.ofRows("nodes")
            .field("id", FieldType.TEXT)
            .field("above", FieldType.TEXT)
            .nullable(FieldRef.named("above"))
            .identifiedBy(FieldRef.named("id"))
            .referencesSelf(FieldRef.named("above"), OnDelete.CASCADE)
            .build();

    private static final EntityType<Row> LABELS = EntityType.ofRows("labels")
            .field("node", FieldType.TEXT)
            .field("label", FieldType.TEXT)
            .partitionedBy(FieldRef.named("node"))
            .identifiedBy(FieldRef.named("label"))
            .references(FieldRef.named("node"), NODES, OnDelete.CASCADE)
            .build();

    private static final Catalog CATALOG = Catalog.of(LABELS, NODES, VALUES);

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private SqlStorage storage(String name, Engine engine) throws IOException {
        SqlStorage storage = engine.open(Files.createDirectories(folder.resolve(name)), CATALOG);
        opened.add(0, storage);
        return storage;
    }

    private static Row value(int id, String text, double real, byte[] data, @Nullable Long number) {
        return Row.of(
                VALUES,
                id,
                text,
                id % 2 == 0,
                number == null ? 7L : number,
                new BigDecimal("123456789.125"),
                new BigDecimal("-1234567890123456789012345678.0123456789"),
                real,
                Instant.parse("1969-12-31T23:59:59.999Z"),
                LocalDate.of(2024, 2, 29),
                data,
                new Json.Obj(Map.of("a'\\\n", new Json.Str(text.replace("\0", "")))));
    }

    private static List<Row> values(boolean nul) {
        List<Row> rows = new ArrayList<>();
        List<String> texts = List.of(
                "",
                "it's \"quoted\"; -- no comment /* nor this */",
                "\\' \\n \\x00 $1 :name ? %s ${x} {{y}}",
                "line\nline\r\n.tables\n\\q\n\ttab",
                "é 😀 \u202e \ufffe \u2028",
                nul ? "a\0b\0" : "a");
        for (String text : texts) {
            rows.add(value(rows.size(), text, 0.1, text.getBytes(StandardCharsets.UTF_8), null));
        }
        for (String real : List.of(
                "0",
                "1e300",
                "-1e-300",
                "4.9e-324",
                "1.7976931348623157e308",
                "3.141592653589793",
                "9007199254740993",
                "2.2250738585072011e-308",
                "1e22",
                "1e23",
                "0.30000000000000004")) {
            rows.add(value(rows.size(), "x", Double.parseDouble(real), new byte[] {0, -1, 127}, Long.MIN_VALUE));
        }
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            double real = Double.longBitsToDouble(random.nextLong());
            rows.add(value(
                    rows.size(),
                    "y".repeat(random.nextInt(2_000)),
                    Double.isFinite(real) ? real : 1,
                    new byte[random.nextInt(40)],
                    random.nextLong()));
        }
        return rows;
    }

    private static void fill(SqlStorage storage, boolean nul) {
        storage.repository(VALUES).insertAll(values(nul));
        storage.repository(NODES).insert(Row.of(NODES, "z", null));
        storage.repository(NODES).insert(Row.of(NODES, "a", "z"));
        storage.repository(NODES).insert(Row.of(NODES, "b", "a"));
        storage.repository(LABELS).insert(Row.of(LABELS, "b", "L"));
    }

    private void apply(String name, Engine engine, Path script) throws IOException, SQLException {
        try (HikariDataSource pool = engine.dataSource(Files.createDirectories(folder.resolve(name)));
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            if (engine == Engine.SQLITE) {
                statement.execute("PRAGMA foreign_keys = ON");
            }
            statement.executeUpdate(Files.readString(script));
        }
    }

    private static List<List<Row>> content(SqlStorage storage) {
        return List.of(
                storage.repository(VALUES).all().allowScan().list(),
                storage.repository(NODES).all().allowScan().list(),
                storage.repository(LABELS).all().allowScan().list());
    }

    @ParameterizedTest
    @EnumSource
    void everyValueComesBackEqualHoweverOftenTheScriptIsApplied(SqlScriptDialect dialect) throws Exception {
        Engine engine = dialect == SqlScriptDialect.POSTGRESQL ? Engine.POSTGRESQL : Engine.SQLITE;
        SqlStorage from = storage("from", Engine.SQLITE);
        fill(from, engine == Engine.SQLITE);
        Path script = folder.resolve("out.sql");
        SqlScript.write(from, dialect, script);
        apply("to", engine, script);
        apply("to", engine, script);
        assertThat(content(storage("to", engine))).isEqualTo(content(from));
    }

    @Test
    void theShellSqlite3AltersNoText() throws Exception {
        SqlStorage from = storage("from", Engine.SQLITE);
        from.repository(VALUES).insert(value(1, "a\r\nb\r\n\r\nc", 0.1, new byte[0], null));
        Path script = folder.resolve("out.sql");
        SqlScript.write(from, SqlScriptDialect.SQLITE, script);
        Path read = folder.resolve("read.sql"); // The shell drops a carriage return at the end of a line.
        Files.writeString(read, Files.readString(script).replace("\r\n", "\n"));
        apply("to", Engine.SQLITE, read);
        assertThat(content(storage("to", Engine.SQLITE))).isEqualTo(content(from));
    }

    @Test
    void noDoubleIsLeftToHowAShellReadsDecimals() throws Exception {
        SqlStorage from = storage("from", Engine.SQLITE);
        double real = 1.2345678901234567e-200;
        from.repository(VALUES).insert(value(1, "x", real, new byte[0], null));
        Path script = folder.resolve("out.sql");
        SqlScript.write(from, SqlScriptDialect.SQLITE, script);
        assertThat(script).content().contains(" * 1.0 / 4294967296.0 ").doesNotContain("E-200");
        apply("to", Engine.SQLITE, script);
        assertThat(content(storage("to", Engine.SQLITE))).isEqualTo(content(from));
    }

    @Test
    void aChangedRecordIsReplacedByALaterScript() throws Exception {
        SqlStorage from = storage("from", Engine.SQLITE);
        fill(from, true);
        Path script = folder.resolve("out.sql");
        SqlScript.write(from, SqlScriptDialect.SQLITE, script);
        apply("to", Engine.SQLITE, script);
        from.repository(VALUES).update(value(3, "changed", 2, new byte[0], 1L));
        from.repository(NODES).update(Row.of(NODES, "b", "z"));
        SqlScript.write(from, SqlScriptDialect.SQLITE, script);
        apply("to", Engine.SQLITE, script);
        assertThat(content(storage("to", Engine.SQLITE))).isEqualTo(content(from));
    }

    @Test
    void statementsForD1HaveAtMostAHundredThousandBytes() throws Exception {
        SqlStorage from = storage("from", Engine.SQLITE);
        fill(from, true);
        from.repository(VALUES).insert(value(9_999, "é".repeat(20_500), 1, new byte[0], null));
        Path script = folder.resolve("out.sql");
        SqlScript.write(from, SqlScriptDialect.D1, script);
        List<Integer> sizes = Arrays.stream(Files.readString(script).split(";\n(?=INSERT|CREATE|\n--)"))
                .map(statement -> statement.getBytes(StandardCharsets.UTF_8).length)
                .toList();
        assertThat(sizes)
                .hasSizeGreaterThan(10)
                .allMatch(size -> size <= 100_000)
                .anyMatch(size -> size > 80_000);
    }

    @Test
    void whatTheEngineCannotHoldIsRefusedAndTheFileStaysAsItWas() throws Exception {
        SqlStorage from = storage("from", Engine.SQLITE);
        Path script = Files.writeString(folder.resolve("out.sql"), "before");
        from.repository(VALUES).insert(value(1, "x".repeat(100_000), 1, new byte[0], null));
        assertThatThrownBy(() -> SqlScript.write(from, SqlScriptDialect.D1, script))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("D1 takes 100000")
                .hasMessageNotContaining("xxx");
        from.repository(VALUES).update(value(1, "a\0b", 1, new byte[0], null));
        assertThatThrownBy(() -> SqlScript.write(from, SqlScriptDialect.POSTGRESQL, script))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("U+0000");
        assertThat(script).hasContent("before");
        assertThat(folder.resolve("out.sql.unfinished")).doesNotExist();
    }
}
