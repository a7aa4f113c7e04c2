package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Row;
import io.storeway.error.InvalidValueException;
import io.storeway.layout.KeyValueLayout.Form;
import io.storeway.spi.KeyValueStore.Write;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a value of each type is written in a blob, and what of a blob is a value of it. */
class FieldFormsTest {

    private static final FieldType EPOCH = FieldType.instant(FieldType.TimeUnit.SECONDS);
    private static final FieldType MICROS = FieldType.instant(FieldType.TimeUnit.MICROS);

    private static final EntityType<Row> FORMS = EntityType.ofRows("forms")
            .field("id", FieldType.TEXT)
            .field("flag", FieldType.BOOLEAN)
            .field("small", FieldType.INTEGER)
            .field("large", FieldType.LONG)
            .field("amount", FieldType.decimal(10, 2))
            .field("ratio", FieldType.DOUBLE)
            .field("day", FieldType.DATE)
            .field("raw", FieldType.BYTES)
            .field("tree", FieldType.JSON)
            .field("list", FieldType.listOf(FieldType.LONG))
            .field("epoch", EPOCH)
            .field("iso", MICROS)
            .field("late", EPOCH)
            .field("digits", FieldType.LONG)
            .nullable(refs(
                    "flag", "small", "large", "amount", "ratio", "day", "raw", "tree", "list", "epoch", "iso", "late",
                    "digits"))
            .identifiedBy(FieldRef.named("id"))
            .keyValue(
                    "form:{id}",
                    Blob.<Row>object()
                            .as(FieldRef.named("iso"), Form.ISO)
                            .plus(FieldRef.named("late"), Duration.ofHours(1))
                            .as(FieldRef.named("digits"), Form.STRING))
            .build();

    private final MemoryStore store = new MemoryStore();
    private final KvStorage storage = KvStorage.open(store, Catalog.of(FORMS));

    @AfterEach
    void close() {
        storage.close();
    }

    @SuppressWarnings("unchecked")
    private static FieldRef<Row, @Nullable Object>[] refs(String... names) {
        return List.of(names).stream().map(FieldRef::<Row, Object>named).toArray(FieldRef[]::new);
    }

    private @Nullable Object read(String field, String value) {
        String blob = "{\"" + field + "\":" + value + "}";
        store.commit(List.of(), List.of(Write.put("form:1", blob.getBytes(StandardCharsets.UTF_8))));
        return storage.repository(FORMS).find("1").orElseThrow().get(field);
    }

    @Test
    void aConstantListIsThatOfEqualItems() {
        EntityType<Row> type = EntityType.ofRows("keys")
                .field("id", FieldType.TEXT)
                .field("salts", FieldType.listOf(FieldType.BYTES))
                .defaultValue(FieldRef.named("salts"), List.of(new byte[] {1}))
                .identifiedBy(FieldRef.named("id"))
                .keyValue("key:{id}", Blob.<Row>object().constant(FieldRef.named("salts")))
                .build();
        try (KvStorage keys = KvStorage.open(new MemoryStore(), Catalog.of(type))) {
            keys.repository(type).insert(Row.of(type, "a", List.of(new byte[] {1})));
            assertThatExceptionOfType(InvalidValueException.class)
                    .isThrownBy(() -> keys.repository(type).insert(Row.of(type, "b", List.of(new byte[] {2}))));
        }
    }

    @Test
    void aDecimalInAStringIsRefusedBySayingHowManyDecimalsItHas() {
        EntityType<Row> type = EntityType.ofRows("prices")
                .field("id", FieldType.TEXT)
                .field("amount", FieldType.decimal(10, 2))
                .identifiedBy(FieldRef.named("id"))
                .keyValue("price:{id}", Blob.<Row>object().as(FieldRef.named("amount"), Form.STRING))
                .build();
        store.commit(
                List.of(), List.of(Write.put("price:1", "{\"amount\":\"10.5\"}".getBytes(StandardCharsets.UTF_8))));
        try (KvStorage prices = KvStorage.open(store, Catalog.of(type))) {
            assertThatExceptionOfType(InvalidValueException.class)
                    .isThrownBy(() -> prices.repository(type).find("1"))
                    .withMessageContaining("decimal(10,2), which has 2 decimals and no exponent");
        }
    }

    @Test
    void aValueOfEveryTypeHasOneTextAndComesBackEqual() {
        Row row = Row.of(
                FORMS,
                "1",
                true,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                new BigDecimal("-12.50"),
                0.1,
                LocalDate.of(2026, 2, 28),
                new byte[] {0, -1, 62},
                new Json.Arr(List.of(new Json.Null(), new Json.Str("é"))),
                List.of(1L, -2L),
                Instant.ofEpochSecond(7),
                Instant.parse("2026-01-01T00:00:00.000001Z"),
                Instant.ofEpochSecond(3_607),
                42L);
        storage.repository(FORMS).save(row);
        assertThat(Samples.text(store, "form:1"))
                .isEqualTo("{\"flag\":true,\"small\":-2147483648,\"large\":9223372036854775807,\"amount\":-12.50,"
                        + "\"ratio\":0.1,\"day\":\"2026-02-28\",\"raw\":\"AP8-\",\"tree\":[null,\"é\"],"
                        + "\"list\":[1,-2],\"epoch\":7,\"iso\":\"2026-01-01T00:00:00.000001Z\",\"late\":7,"
                        + "\"digits\":\"42\"}");
        assertThat(storage.repository(FORMS).find("1")).contains(row);
    }

    @Test
    void otherTextsOfTheSameValueAreRead() {
        assertThat(read("flag", "false")).isEqualTo(false);
        assertThat(read("amount", "1.5e1")).isEqualTo(new BigDecimal("15.00"));
        assertThat(read("amount", "7.000")).isEqualTo(new BigDecimal("7.00"));
        assertThat(read("ratio", "100")).isEqualTo(100.0);
        assertThat(read("ratio", "1e300")).isEqualTo(1e300);
        assertThat(read("ratio", "0.30000000000000004")).isEqualTo(0.30000000000000004);
        assertThat(read("iso", "\"2026-01-01T00:00:00+00:00\"")).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(read("list", "[]")).isEqualTo(List.of());
        assertThat(read("late", "0")).isEqualTo(Instant.ofEpochSecond(3_600));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flag|1|expected true or false for boolean, found a whole number",
                "flag|\"true\"|found a string",
                "small|2147483648|outside the range of integer",
                "small|-2147483649|outside the range of integer",
                "small|1.0|expected a whole number for integer, found a number with a fraction or exponent",
                "large|9223372036854775808|outside the range of long",
                "large|true|expected a whole number for long, found true or false",
                "amount|\"1\"|expected a number",
                "amount|0.001|more decimals than",
                "amount|123456789.00|amount",
                "ratio|1e999|outside the range of double",
                "ratio|-1e999|outside the range of double",
                "ratio|\"1\"|expected a number",
                "ratio|0.1000000000000000055511151231257827|more digits than a double keeps",
                "ratio|1e-400|more digits than a double keeps",
                "day|\"2026-02-30\"|day",
                "day|20260228|expected a string",
                "raw|\"A+/=\"|base64 with the URL-safe alphabet",
                "raw|[1]|expected a string for bytes, found an array",
                "list|{}|expected an array for list of long, found an object",
                "list|[1,null]|found null",
                "list|[\"1\"]|expected a whole number",
                "epoch|\"7\"|expected a whole number",
                "epoch|9223372036854775807|instant",
                "iso|\"2026-01-01T01:00:00+01:00\"|ends with Z or +00:00",
                "iso|\"2026-01-01\"|ends with Z",
                "iso|\"yesterdayZ\"|the instant can't be read",
                "late|9223372036854775807|instant",
                "digits|42|expected a string",
                "digits|\"4_2\"|digits",
            })
    void anythingElseIsRefusedByMemberAndReason(String field, String value, String reason) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> read(field, value))
                .withMessageContaining(reason)
                .withMessageContaining("member " + field);
    }

    @Test
    void anInstantThatWouldBeTooEarlyWhenItIsWrittenIsRefused() {
        Row row =
                Row.of(FORMS, "1", null, null, null, null, null, null, null, null, null, null, null, Instant.MIN, null);
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> storage.repository(FORMS).save(row));
        assertThat(store.get("form:1")).isNull();
    }
}
