package io.storeway.sql.internal.codec;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Computes how many bytes a field may have, where the size of an index entry is limited, as by InnoDB. */
public final class KeyRoom {

    private static final int INDEX_BYTES = 3_072;
    private static final int LENGTH_BYTES = 2;

    private KeyRoom() {}

    /**
     * The room for a field; the greatest integer if it is in no index. The fields of an index share its room with those of the primary
     * key, since every index entry also contains the key.
     */
    public static int bytes(EntityType<?> type, Field<?, ?> field) {
        return indexes(type).stream()
                .filter(index -> index.contains(field) || type.key().contains(field))
                .mapToInt(index -> share(type, index))
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    private static List<List<? extends Field<?, ?>>> indexes(EntityType<?> type) {
        List<List<? extends Field<?, ?>>> indexes = new ArrayList<>();
        indexes.add(type.key());
        type.uniqueKeys().forEach(unique -> indexes.add(unique.fields()));
        type.references().forEach(reference -> indexes.add(reference.fields()));
        type.sql()
                .indexes()
                .forEach(index -> indexes.add(
                        index.fields().stream().map(type.fields()::get).toList()));
        return indexes;
    }

    private static int share(EntityType<?> type, List<? extends Field<?, ?>> index) {
        Set<Field<?, ?>> held = new LinkedHashSet<>(index);
        held.addAll(type.key());
        int fixed = 0;
        int variable = 0;
        for (Field<?, ?> field : held) {
            int bytes = bytes(field.type());
            fixed += Math.max(bytes, 0) + (field.nullable() ? 1 : 0);
            variable += bytes < 0 ? 1 : 0;
            fixed += bytes < 0 ? LENGTH_BYTES : 0;
        }
        return (INDEX_BYTES - fixed) / Math.max(variable, 1);
    }

    /** How many bytes a value takes in an index, or -1 if that depends on the value. */
    private static int bytes(FieldType type) {
        return switch (type.kind()) {
            case BOOLEAN -> 1;
            case DATE -> 3;
            case INTEGER -> Integer.BYTES;
            case LONG, DOUBLE, INSTANT -> Long.BYTES;
            // Nine digits take four bytes.
            case DECIMAL -> (type.precision() / 9 + 2) * Integer.BYTES;
            case TEXT, BYTES, JSON, LIST -> -1;
        };
    }
}
