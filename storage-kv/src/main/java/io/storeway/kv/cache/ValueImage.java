package io.storeway.kv.cache;

import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.kv.internal.StrictJson;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** Writes and reads one value as bytes. A value that is read equals the one written, and is a copy of its own. */
final class ValueImage {

    private ValueImage() {}

    static void write(FieldType type, Object value, DataOutputStream out) throws IOException {
        switch (type.kind()) {
            case TEXT -> sized(((String) value).getBytes(StandardCharsets.UTF_8), out);
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case INTEGER -> out.writeInt((Integer) value);
            case LONG -> out.writeLong((Long) value);
            case DECIMAL -> {
                BigDecimal decimal = (BigDecimal) value;
                out.writeInt(decimal.scale());
                sized(decimal.unscaledValue().toByteArray(), out);
            }
            case DOUBLE -> out.writeLong(Double.doubleToRawLongBits((Double) value));
            case INSTANT -> {
                Instant instant = (Instant) value;
                out.writeLong(instant.getEpochSecond());
                out.writeInt(instant.getNano());
            }
            case DATE -> out.writeLong(((LocalDate) value).toEpochDay());
            case BYTES -> sized((byte[]) value, out);
            case JSON -> sized(StrictJson.write((Json) value), out);
            case LIST -> {
                List<?> items = (List<?>) value;
                out.writeInt(items.size());
                for (Object item : items) {
                    write(type.element(), item, out);
                }
            }
        }
    }

    static Object read(FieldType type, ByteBuffer in) {
        return switch (type.kind()) {
            case TEXT -> text(in);
            case BOOLEAN -> in.get() != 0;
            case INTEGER -> in.getInt();
            case LONG -> in.getLong();
            case DECIMAL -> {
                int scale = in.getInt();
                yield new BigDecimal(new BigInteger(sized(in)), scale);
            }
            case DOUBLE -> Double.longBitsToDouble(in.getLong());
            case INSTANT -> Instant.ofEpochSecond(in.getLong(), in.getInt());
            case DATE -> LocalDate.ofEpochDay(in.getLong());
            case BYTES -> sized(in);
            case JSON -> StrictJson.read(sized(in));
            case LIST -> {
                Object[] items = new Object[in.getInt()];
                for (int i = 0; i < items.length; i++) {
                    items[i] = read(type.element(), in);
                }
                yield List.of(items);
            }
        };
    }

    private static void sized(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] sized(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer in) {
        int length = in.getInt();
        String text = new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }
}
