package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition as bytes that hold every field exactly, also those for which the type's key-value layout has no place: a
 * checksum, the number of rows, and for each row the fields in their order. The fields of the partition key are left out, since the
 * entry's key has them. The checksum also covers the names and types of the fields; so to a release with other fields the image is
 * damaged, and is replaced. Writes of every release invalidate the images of all.
 */
final class RowImage {

    private static final int CHECKSUM_BYTES = Integer.BYTES;

    private final EntityType<?> type;
    private final List<Field<?, ?>> kept;
    private final int shape;

    RowImage(EntityType<?> type) {
        this.type = type;
        this.kept = type.fields().stream()
                .<Field<?, ?>>map(field -> field)
                .filter(field -> !type.partitionKey().contains(field))
                .toList();
        StringBuilder fields = new StringBuilder();
        type.fields()
                .forEach(field -> fields.append(field.name())
                        .append(' ')
                        .append(field.type())
                        .append('\n'));
        this.shape = crc(fields.toString().getBytes(StandardCharsets.UTF_8), 0);
    }

    byte[] encode(List<Row> rows) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(0);
            out.writeInt(rows.size());
            for (Row row : rows) {
                for (Field<?, ?> field : kept) {
                    Object value = row.get(field.index());
                    out.writeBoolean(value != null);
                    if (value != null) {
                        ValueImage.write(field.type(), value, out);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory doesn't fail", e);
        }
        byte[] image = bytes.toByteArray();
        ByteBuffer.wrap(image).putInt(checksum(image, CHECKSUM_BYTES));
        return image;
    }

    /**
     * Reads what {@link #encode} has written.
     *
     * @throws IllegalArgumentException if the bytes are anything else
     */
    List<Row> decode(Key partition, ByteBuffer image) {
        if (image.remaining() < CHECKSUM_BYTES + Integer.BYTES
                || image.getInt() != checksum(image.array(), image.arrayOffset() + image.position())) {
            throw new IllegalArgumentException("The entry holds something else");
        }
        try {
            Row[] rows = new Row[image.getInt()];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = row(partition, image);
            }
            return List.of(rows);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("The entry holds rows of another type", e);
        }
    }

    private Row row(Key partition, ByteBuffer image) {
        @Nullable Object[] values = new @Nullable Object[type.fields().size()];
        for (int i = 0; i < partition.values().size(); i++) {
            values[type.partitionKey().get(i).index()] = partition.values().get(i);
        }
        for (Field<?, ?> field : kept) {
            values[field.index()] = image.get() == 0 ? null : ValueImage.read(field.type(), image);
        }
        return Row.trusted(type, values);
    }

    private int checksum(byte[] bytes, int from) {
        return crc(bytes, from) ^ shape;
    }

    private static int crc(byte[] bytes, int from) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, bytes.length - from);
        return (int) checksum.getValue();
    }
}
