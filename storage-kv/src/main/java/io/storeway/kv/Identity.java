package io.storeway.kv;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Row;
import java.util.List;
import java.util.Objects;

/** The identity of a record within its partition, as an object for hash maps: the value of one field, or a list of several. */
final class Identity {

    private Identity() {}

    static Object of(Row row) {
        List<? extends Field<?, ?>> fields = row.type().identity();
        return fields.size() == 1
                ? Objects.requireNonNull(row.get(fields.get(0).index()))
                : row.key(fields).values();
    }

    /** The identity within the key of a record. */
    static Object of(EntityType<?> type, Key key) {
        List<Object> values =
                key.values().subList(type.partitionKey().size(), key.values().size());
        return values.size() == 1 ? values.get(0) : values;
    }

    /** Whether the position is the whole identity of a record. */
    static boolean isPosition(EntityType<?> type) {
        return type.position()
                .map(field -> type.identity().equals(List.of(field)))
                .orElse(false);
    }
}
