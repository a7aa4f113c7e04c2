package io.storeway.kv.internal;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Row;
import io.storeway.UniqueKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of uniqueness that can be checked within one blob: the primary key, and unique keys that contain the partition key. */
public final class UniqueRules {

    private final List<Rule> rules = new ArrayList<>();

    /** The rules of a type. */
    public UniqueRules(EntityType<?> type) {
        boolean byPosition = type.position()
                .map(position -> type.identity().equals(List.of(position)))
                .orElse(false);
        if (!type.identity().isEmpty() && !byPosition) {
            rules.add(new Rule(type.sql().primaryKey(), type.key(), type.identity()));
        }
        for (UniqueKey unique : type.uniqueKeys()) {
            List<? extends Field<?, ?>> within = unique.fields().stream()
                    .filter(field -> !type.partitionKey().contains(field))
                    .toList();
            if (unique.fields().containsAll(type.partitionKey()) && !within.isEmpty()) {
                rules.add(new Rule(unique.name(), unique.fields(), within));
            }
        }
    }

    /**
     * A rule.
     *
     * @param name the constraint's name
     * @param all its fields
     * @param within its fields outside the partition key
     */
    public record Rule(String name, List<? extends Field<?, ?>> all, List<? extends Field<?, ?>> within) {
        String fields() {
            return "fields " + String.join(", ", all.stream().map(Field::name).toList());
        }
    }

    /** Starts with an empty partition. */
    public Seen start() {
        return new Seen();
    }

    /** The rows of one partition so far. */
    public final class Seen {

        private final List<Set<Object>> values = new ArrayList<>();

        private Seen() {
            rules.forEach(rule -> values.add(new HashSet<>()));
        }

        /** Adds a row and returns null; or, if an earlier row has the same values, returns the rule that it breaks. */
        public @Nullable Rule add(Row row) {
            List<@Nullable Object> found = new ArrayList<>(rules.size());
            for (int i = 0; i < rules.size(); i++) {
                Object value = valueOf(row, rules.get(i).within());
                if (value != null && values.get(i).contains(value)) {
                    return rules.get(i);
                }
                found.add(value);
            }
            for (int i = 0; i < found.size(); i++) {
                Object value = found.get(i);
                if (value != null) {
                    values.get(i).add(value);
                }
            }
            return null;
        }
    }

    private static @Nullable Object valueOf(Row row, List<? extends Field<?, ?>> fields) {
        if (fields.size() == 1) {
            return comparable(row.get(fields.get(0).index()));
        }
        List<Object> values = new ArrayList<>(fields.size());
        for (Field<?, ?> field : fields) {
            Object value = comparable(row.get(field.index()));
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return values;
    }

    private static @Nullable Object comparable(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        return value instanceof Double number ? (Object) (number + 0.0) : value;
    }
}
