package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.error.InvalidValueException;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.H2Dialect;
import io.storeway.sql.internal.dialect.MariaDbDialect;
import io.storeway.sql.internal.dialect.Packet;
import io.storeway.sql.internal.dialect.PostgresDialect;
import io.storeway.sql.internal.dialect.SqliteDialect;
import io.storeway.sql.internal.dialect.Table;
import io.storeway.sql.internal.dialect.Tables;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of docs/types.md is what the dialects say, and its limits are what the engines keep. */
class TypeTableTest {

    private static final String BEGIN = "<!-- types: written by io.storeway.sql.TypeTableTest -->\n";
    private static final String END = "<!-- end of types -->";

    private static final List<Dialect> DIALECTS = List.of(
            new SqliteDialect(), new H2Dialect(), new PostgresDialect(), new MariaDbDialect(true, Packet.UNKNOWN));

    /**
     * A type of field.
     *
     * @param key whether the field is shown as the key of its type
     * @param holds what it holds, for people
     * @param held values at its limits
     * @param refused values behind them
     */
    private record Sample(FieldType type, boolean key, String holds, List<Object> held, List<Object> refused) {

        EntityType<Row> entity() {
            FieldRef<Row, ?> value = FieldRef.named("value");
            FieldRef<Row, ?> id = FieldRef.named("id");
            return EntityType.ofRows("sample")
                    .field("id", FieldType.INTEGER)
                    .field("value", type)
                    .identifiedBy(key ? value : id)
                    .build();
        }

        String column(Dialect dialect) {
            EntityType<Row> entity = entity();
            Field<Row, ?> field = entity.fields().get(1);
            Table table = new Tables(Catalog.of(entity), dialect).of(entity);
            return table.codec(field).sqlType() + (dialect.guard(field, "value") == null ? "" : ", checked");
        }

        /** The row of the table. */
        @Override
        public String toString() {
            return DIALECTS.stream()
                    .map(dialect -> "`" + column(dialect) + "`")
                    .collect(Collectors.joining(
                            " | ", "| " + type + (key ? ", as the key" : "") + " | " + holds + " | ", " |"));
        }
    }

    private static Sample sample(FieldType type, String holds, List<Object> held, List<Object> refused) {
        return new Sample(type, false, holds, held, refused);
    }

    private static final List<Sample> SAMPLES = List.of(
            sample(
                    FieldType.TEXT,
                    "any length, no unpaired surrogate",
                    List.of("", " ", "a ", "a", "A", "\uDBFF\uDFFF", "\u0001'\\\n", "x".repeat(200_000)),
                    List.of("\ud800", "\udc00\ud800")),
            new Sample(
                    FieldType.TEXT,
                    true,
                    "as above, as long as the engine's index allows",
                    List.of("", " ", "a ", "a", "A", "\uDBFF\uDFFF".repeat(600)),
                    List.of("\ud800")),
            sample(FieldType.BOOLEAN, "true, false", List.of(true, false), List.of()),
            sample(FieldType.INTEGER, "32 bits", List.of(Integer.MIN_VALUE, 0, Integer.MAX_VALUE), List.of()),
            sample(FieldType.LONG, "64 bits", List.of(Long.MIN_VALUE, 0L, Long.MAX_VALUE), List.of()),
            sample(
                    FieldType.decimal(18, 2),
                    "16 digits before the point, 2 behind it",
                    List.of(new BigDecimal("-9999999999999999.99"), new BigDecimal("0.01"), new BigDecimal("0.00")),
                    List.of(new BigDecimal("0.001"), new BigDecimal("10000000000000000"))),
            sample(
                    FieldType.decimal(38, 10),
                    "28 digits before the point, 10 behind it",
                    List.of(
                            new BigDecimal("9999999999999999999999999999.9999999999"),
                            new BigDecimal("-9999999999999999999999999999.9999999999"),
                            new BigDecimal("0.0000000001")),
                    List.of(new BigDecimal("0.00000000001"), new BigDecimal("1E28"))),
            sample(
                    FieldType.DOUBLE,
                    "finite; no negative zero",
                    List.of(Double.MIN_VALUE, -Double.MAX_VALUE, 0.1, 1.0 / 3, 0.0),
                    List.of(-0.0, Double.NaN, Double.POSITIVE_INFINITY)),
            sample(
                    FieldType.instant(FieldType.TimeUnit.MILLIS),
                    "whole milliseconds, years 1 to 9999 and beyond; seconds and microseconds alike",
                    List.of(
                            Instant.EPOCH,
                            Instant.parse("0001-01-01T00:00:00.001Z"),
                            Instant.parse("9999-12-31T23:59:59.999Z")),
                    List.of(Instant.parse("2026-01-01T00:00:00.000001Z"))),
            sample(
                    FieldType.DATE,
                    "years 1 to 9999",
                    List.of(LocalDate.of(1, 1, 1), LocalDate.of(1582, 10, 10), LocalDate.of(9999, 12, 31)),
                    List.of(LocalDate.of(0, 12, 31), LocalDate.of(10000, 1, 1))),
            sample(
                    FieldType.BYTES,
                    "any length",
                    List.of(new byte[0], new byte[] {0, -1, 39, 92}, new byte[200_000]),
                    List.of()),
            sample(
                    FieldType.JSON,
                    "a tree of at most 500 levels, numbers with every digit",
                    List.of(Json.NULL, new Json.Num(new BigDecimal("1.10")), nested(500)),
                    List.of(nested(501))),
            sample(
                    FieldType.listOf(FieldType.DATE),
                    "scalars, none missing",
                    List.of(List.of(), List.of(LocalDate.of(2026, 11, 21), LocalDate.of(1, 1, 1))),
                    List.of(List.of(LocalDate.of(10000, 1, 1)))));

    private static Json nested(int depth) {
        Json tree = new Json.Arr(List.of());
        for (int i = 1; i < depth; i++) {
            tree = new Json.Arr(List.of(tree));
        }
        return tree;
    }

    @TempDir
    Path directory;

    @Test
    void theDocumentShowsWhatTheDialectsSay() throws IOException {
        String table = SAMPLES.stream()
                .map(Sample::toString)
                .collect(Collectors.joining(
                        "\n",
                        "| field | holds | SQLite | H2 | PostgreSQL | MariaDB |\n|---|---|---|---|---|---|\n",
                        "\n"));
        Path written = Files.writeString(Path.of("target").toAbsolutePath().resolve("types.md"), table);
        String document = Files.readString(
                Path.of("").toAbsolutePath().resolveSibling("docs").resolve("types.md"));
        int begin = document.indexOf(BEGIN);
        assertThat(begin).as("docs/types.md has the marker " + BEGIN).isNotNegative();
        assertThat(document.substring(begin + BEGIN.length(), document.indexOf(END)))
                .as("the table of docs/types.md; the right one is in %s", written)
                .isEqualToIgnoringNewLines(table);
    }

    @EachEngine
    void whatATypeHoldsComesBackEqualAndTheRestIsRefused(Engine engine) throws IOException {
        for (int i = 0; i < SAMPLES.size(); i++) {
            Sample sample = SAMPLES.get(i);
            EntityType<Row> type = sample.entity();
            Path place = Files.createDirectory(directory.resolve("sample" + i));
            try (SqlStorage storage = engine.open(place, Catalog.of(type))) {
                Repository<Row> samples = storage.repository(type);
                List<Object> held = sample.held();
                IntStream.range(0, held.size())
                        .mapToObj(n -> Row.of(type, n, held.get(n)))
                        .forEach(row -> {
                            samples.insert(row);
                            assertThat(samples.findAll(List.of(row.key())))
                                    .as("%s on %s", sample.type(), engine)
                                    .containsExactly(row);
                        });
                for (Object value : sample.refused()) {
                    assertThatThrownBy(() -> samples.insert(Row.of(type, 99, value)))
                            .as("%s on %s", sample.type(), engine)
                            .isInstanceOfAny(InvalidValueException.class, IllegalArgumentException.class);
                }
                assertThat(samples.all().allowScan().count()).isEqualTo(held.size());
            }
        }
    }

    @EachEngine
    void nulIsRefusedByPostgresAloneBeforeAnyEffect(Engine engine) {
        EntityType<Row> type = SAMPLES.get(0).entity();
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            Repository<Row> samples = storage.repository(type);
            @Nullable Class<?> refusal = null;
            try {
                samples.insert(Row.of(type, 1, "a\0b"));
            } catch (InvalidValueException e) {
                refusal = e.getClass();
            }
            assertThat(refusal != null).isEqualTo(engine == Engine.POSTGRESQL);
            assertThat(samples.exists(1)).isEqualTo(engine != Engine.POSTGRESQL);
        }
    }
}
