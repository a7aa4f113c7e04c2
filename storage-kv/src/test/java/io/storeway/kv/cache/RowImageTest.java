package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.EntityType;
import io.storeway.EntityTypeBuilder;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.FieldType.TimeUnit;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.Row;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowImageTest {

    private static final Map<FieldType, List<Object>> VALUES = new LinkedHashMap<>();

    static {
        VALUES.put(FieldType.TEXT, List.of("", "\u0000\u00e9\ud83d\ude00", "x".repeat(70_000)));
        VALUES.put(FieldType.BOOLEAN, List.of(true, false));
        VALUES.put(FieldType.INTEGER, List.of(0, Integer.MIN_VALUE, Integer.MAX_VALUE));
        VALUES.put(FieldType.LONG, List.of(0L, Long.MIN_VALUE, Long.MAX_VALUE));
        VALUES.put(
                FieldType.decimal(38, 10),
                List.of(new BigDecimal("0E-10"), new BigDecimal("-1234567890123456789012345678.0123456789")));
        VALUES.put(FieldType.DOUBLE, List.of(-0.0, Double.MIN_VALUE, Double.MAX_VALUE, 0.1));
        VALUES.put(
                FieldType.instant(TimeUnit.MICROS),
                List.of(
                        Instant.EPOCH,
                        Instant.parse("1969-12-31T23:59:59.999999Z"),
                        Instant.parse("9999-12-31T00:00:00Z")));
        VALUES.put(FieldType.DATE, List.of(LocalDate.of(1, 1, 1), LocalDate.of(9999, 12, 31)));
        VALUES.put(FieldType.BYTES, List.of(new byte[0], new byte[] {-1, 0, 1}));
        VALUES.put(
                FieldType.JSON, List.of(Json.NULL, new Json.Obj(Map.of("n", new Json.Num(new BigDecimal("1E+400"))))));
        VALUES.put(FieldType.listOf(FieldType.DATE), List.of(List.of(), List.of(LocalDate.EPOCH, LocalDate.EPOCH)));
    }

    private static final EntityType<Row> ROWS = type();
    private static final Key PARTITION = Key.of("p");

    private static EntityType<Row> type() {
        EntityTypeBuilder<Row> builder = EntityType.ofRows("rows")
                .field("p", FieldType.TEXT)
                .field("id", FieldType.INTEGER)
                .partitionedBy(FieldRef.named("p"))
                .identifiedBy(FieldRef.named("id"));
        int number = 0;
        for (FieldType type : VALUES.keySet()) {
            String name = "f" + number++;
            builder.field(name, type).nullable(FieldRef.named(name));
        }
        return builder.build();
    }

    private static List<Row> rows() {
        int most = VALUES.values().stream().mapToInt(List::size).max().orElseThrow();
        return IntStream.rangeClosed(0, most)
                .mapToObj(i -> {
                    @Nullable Object[] values = new @Nullable Object[2 + VALUES.size()];
                    values[0] = "p";
                    values[1] = i;
                    int field = 2;
                    for (List<Object> some : VALUES.values()) {
                        values[field++] = i < some.size() ? some.get(i) : null;
                    }
                    return Row.of(ROWS, values);
                })
                .toList();
    }

    @Test
    void everyValueOfEveryKindComesBackEqual() {
        RowImage image = new RowImage(ROWS);
        List<Row> back = image.decode(PARTITION, ByteBuffer.wrap(image.encode(rows())));
        assertThat(back).isEqualTo(rows());
        int scale = 2 + List.copyOf(VALUES.keySet()).indexOf(FieldType.decimal(38, 10));
        assertThat(back.get(0).get(scale)).isEqualTo(rows().get(0).get(scale));
    }

    @Test
    void anImageStandsBehindOtherBytes() {
        RowImage image = new RowImage(ROWS);
        byte[] encoded = image.encode(rows());
        byte[] behind = new byte[7 + encoded.length];
        System.arraycopy(encoded, 0, behind, 7, encoded.length);
        assertThat(image.decode(PARTITION, ByteBuffer.wrap(behind).position(7))).isEqualTo(rows());
    }

    @Test
    void anImageWithOneOtherBitIsRefused() {
        RowImage image = new RowImage(ROWS);
        byte[] encoded = image.encode(rows().subList(0, 1));
        for (int bit = 0; bit < encoded.length * 8; bit += 3) {
            byte[] other = encoded.clone();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> image.decode(PARTITION, ByteBuffer.wrap(other)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (int length = 0; length < encoded.length; length++) {
            byte[] cut = Arrays.copyOf(encoded, length);
            assertThatThrownBy(() -> image.decode(PARTITION, ByteBuffer.wrap(cut)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
