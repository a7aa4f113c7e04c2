package io.storeway.kv.cache;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.EntityTypeBuilder;
import io.storeway.Field;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.Decoded;
import io.storeway.kv.internal.Slice;
import io.storeway.kv.internal.StoredItem;
import io.storeway.kv.internal.UnfitException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition as a JSON array of objects that holds every field exactly, whatever the type's own layout
 * carries. The members are named by the places of the fields, and the key names the fields' types, so that another
 * version of the type doesn't meet these entries.
 */
final class RowImage {

    private static final String PLACE = "n";

    private final EntityType<?> type;
    private final EntityType<Row> image;
    private final BlobCodec codec;

    RowImage(EntityType<?> type) {
        this.type = type;
        this.image = imageOf(type);
        this.codec = new BlobCodec(image);
    }

    private static EntityType<Row> imageOf(EntityType<?> type) {
        EntityTypeBuilder<Row> builder = EntityType.ofRows(type.name());
        Set<Integer> keyFields = new HashSet<>();
        type.partitionKey().forEach(field -> keyFields.add(field.index()));
        for (Field<?, ?> field : type.fields()) {
            builder.field(nameOf(field), field.type());
            if (!keyFields.contains(field.index())) {
                builder.nullable(FieldRef.named(nameOf(field)));
            }
        }
        builder.field(PLACE, FieldType.INTEGER).identifiedBy(FieldRef.named(PLACE));
        StringBuilder template =
                new StringBuilder("cache:").append(type.name()).append(':').append(shapeOf(type));
        if (type.partitionKey().isEmpty()) {
            builder.onePartition();
        } else {
            List<FieldRef<Row, ?>> refs = new ArrayList<>();
            type.partitionKey().forEach(field -> {
                refs.add(FieldRef.named(nameOf(field)));
                template.append(":{").append(nameOf(field)).append('}');
            });
            partition(builder, refs);
        }
        return builder.keyValue(template.toString(), Blob.arrayOfObjects()).build();
    }

    @SuppressWarnings("unchecked")
    private static void partition(EntityTypeBuilder<Row> builder, List<FieldRef<Row, ?>> refs) {
        builder.partitionedBy(refs.toArray(FieldRef[]::new));
    }

    private static String nameOf(Field<?, ?> field) {
        return "f" + field.index();
    }

    private static String shapeOf(EntityType<?> type) {
        CRC32C checksum = new CRC32C();
        for (Field<?, ?> field : type.fields()) {
            checksum.update((field.name() + ' ' + field.type() + '\n').getBytes(StandardCharsets.UTF_8));
        }
        return Long.toHexString(checksum.getValue());
    }

    String keyOf(Key partition) {
        return codec.keyOf(partition);
    }

    byte[] encode(List<Row> rows) {
        List<Slice> items = new ArrayList<>(rows.size());
        int fields = type.fields().size();
        for (int i = 0; i < rows.size(); i++) {
            @Nullable Object[] values = new @Nullable Object[fields + 1];
            for (int field = 0; field < fields; field++) {
                values[field] = rows.get(i).get(field);
            }
            values[fields] = i;
            items.add(Slice.of(codec.encode(Row.trusted(image, values), null)));
        }
        return codec.blob(items);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    List<Row> decode(Key partition, byte[] json) {
        Decoded decoded = codec.decode(partition, json, null, null);
        if (!decoded.residue().isEmpty()) {
            throw new UnfitException("the entry holds something else");
        }
        List<Row> rows = new ArrayList<>(decoded.items().size());
        int fields = type.fields().size();
        for (StoredItem item : decoded.items()) {
            @Nullable Object[] values = new @Nullable Object[fields];
            for (int field = 0; field < fields; field++) {
                values[field] = item.row().get(field);
            }
            rows.add(Row.trusted(type, values));
        }
        return rows;
    }
}
