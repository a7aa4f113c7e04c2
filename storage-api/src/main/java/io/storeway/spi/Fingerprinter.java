package io.storeway.spi;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.internal.Sha256;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Computes fingerprints of rows and raw items: the first 128 bits of SHA-256 over an encoding in which every part is
 * preceded by its length, so that equal content gives equal fingerprints on every backend. Not thread-safe.
 */
public final class Fingerprinter {

    private final EntityType<?> type;
    private final List<? extends Field<?, ?>> fields;
    private final List<byte[]> names;
    private final MessageDigest sha256;
    private final byte[] typeName;
    private byte[] buffer = new byte[1024];
    private int length;

    /**
     * A fingerprinter for one type.
     *
     * @param carried the positions of the fields to include: those that both storages of a comparison keep
     */
    public Fingerprinter(EntityType<?> type, Set<Integer> carried) {
        this.type = type;
        this.fields = new ArrayList<>(type.fields().stream()
                .filter(field -> carried.contains(field.index()))
                .sorted(Comparator.comparing(Field::name))
                .toList());
        this.names = fields.stream()
                .map(field -> field.name().getBytes(StandardCharsets.UTF_8))
                .toList();
        this.typeName = type.name().getBytes(StandardCharsets.UTF_8);
        this.sha256 = Sha256.digest();
    }

    /**
     * The fingerprint of a row. A field that is missing adds nothing to it, so that what was stored for a row stays true when a later
     * release has more fields.
     */
    public Fingerprint row(Row row) {
        start();
        for (int i = 0; i < fields.size(); i++) {
            Field<?, ?> field = fields.get(i);
            Object value = row.get(field.index());
            if (value != null) {
                put((byte) 1);
                put(names.get(i));
                put(field.type(), value);
            }
        }
        return finish();
    }

    /** The fingerprint of an item that can't be a row. */
    public Fingerprint payload(Key partition, byte[] payload) {
        start();
        put((byte) 2);
        put(partition.text(type.partitionKey()).getBytes(StandardCharsets.UTF_8));
        put(payload);
        return finish();
    }

    private void start() {
        length = 0;
        put(typeName);
    }

    private Fingerprint finish() {
        sha256.update(buffer, 0, length);
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
        return new Fingerprint(digest.getLong(), digest.getLong());
    }

    private void put(FieldType fieldType, Object value) {
        switch (fieldType.kind()) {
            case TEXT -> put(((String) value).getBytes(StandardCharsets.UTF_8));
            case BOOLEAN -> put((byte) ((Boolean) value ? 1 : 0));
            case INTEGER, LONG -> put(((Number) value).longValue());
            case DOUBLE -> put(Double.doubleToLongBits((Double) value));
            case DECIMAL -> put(number((BigDecimal) value));
            case INSTANT -> put(fieldType.unit().toEpoch((Instant) value));
            case DATE -> put(((LocalDate) value).toEpochDay());
            case BYTES -> put((byte[]) value);
            case JSON -> put((Json) value);
            case LIST -> {
                List<?> items = (List<?>) value;
                put((long) items.size());
                items.forEach(item -> put(fieldType.element(), item));
            }
        }
    }

    private void put(Json json) {
        if (json instanceof Json.Null) {
            put((byte) 'n');
        } else if (json instanceof Json.Bool bool) {
            put((byte) (bool.value() ? 't' : 'f'));
        } else if (json instanceof Json.Num num) {
            put((byte) '1');
            put(number(num.value()));
        } else if (json instanceof Json.Str string) {
            put((byte) '"');
            put(string.value().getBytes(StandardCharsets.UTF_8));
        } else if (json instanceof Json.Arr array) {
            put((byte) '[');
            put((long) array.items().size());
            array.items().forEach(this::put);
        } else if (json instanceof Json.Obj object) {
            put((byte) '{');
            put((long) object.members().size());
            Map<String, Json> sorted = new TreeMap<>(object.members());
            sorted.forEach((name, member) -> {
                put(name.getBytes(StandardCharsets.UTF_8));
                put(member);
            });
        }
    }

    private static byte[] number(BigDecimal value) {
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        return (plain.unscaledValue() + "e" + -plain.scale()).getBytes(StandardCharsets.US_ASCII);
    }

    private void put(byte[] bytes) {
        put((long) bytes.length);
        reserve(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    private void put(long number) {
        reserve(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            buffer[length++] = (byte) (number >>> shift);
        }
    }

    private void put(byte single) {
        reserve(1);
        buffer[length++] = single;
    }

    private void reserve(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }
}
