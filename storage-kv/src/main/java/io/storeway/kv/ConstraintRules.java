package io.storeway.kv;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Reference;
import io.storeway.Row;
import io.storeway.UniqueKey;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.internal.BlobCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The unique keys and references of a catalog that reach beyond one blob. Immutable. */
final class ConstraintRules {

    /** The value of each field. */
    private interface FieldValues {
        @Nullable
        Object of(Field<?, ?> field);
    }

    /** A unique key whose records may lie in different blobs. */
    record Unique(BlobCodec codec, UniqueKey key) {

        /** The values of a row, or null if one is missing, so that no other row can have the same. */
        @Nullable
        Key values(Row row) {
            return ConstraintRules.values(key.fields(), field -> row.get(field.index()));
        }
    }

    /** A reference from the records of one type to those of another, or of the same. */
    record Link(BlobCodec child, Reference reference, BlobCodec parent) {

        /** The key of the record that a row refers to, or null if it refers to none. */
        @Nullable
        Key parentOf(Row row) {
            return ConstraintRules.values(reference.fields(), field -> row.get(field.index()));
        }

        /** The key of the record that rows with these field values refer to, or null if one of the values is missing. */
        @Nullable
        Key parentOf(Map<Integer, Object> values) {
            return ConstraintRules.values(reference.fields(), field -> values.get(field.index()));
        }

        /** The only partition whose records can refer to the parent, if the reference consists of the partition key. */
        Optional<Key> partitionOf(Key parentKey) {
            List<Object> values = new ArrayList<>();
            for (Field<?, ?> field : child.type().partitionKey()) {
                int place = reference.fields().indexOf(field);
                if (place < 0) {
                    return Optional.empty();
                }
                values.add(parentKey.values().get(place));
            }
            return Optional.of(new Key(values));
        }

        /** Whether {@link #partitionOf} answers, so that no index of the reference is needed. */
        boolean partitioned() {
            return reference.fields().containsAll(child.type().partitionKey());
        }
    }

    private final Map<EntityType<?>, List<Unique>> unique = new LinkedHashMap<>();
    private final Map<EntityType<?>, List<Link>> outgoing = new LinkedHashMap<>();
    private final Map<EntityType<?>, List<Link>> incoming = new LinkedHashMap<>();
    private final Map<String, List<String>> described = new LinkedHashMap<>();

    /**
     * The rules of a catalog.
     *
     * @throws UnsupportedCapabilityException if one of them can't be enforced
     */
    ConstraintRules(Catalog catalog, Function<EntityType<?>, BlobCodec> codecs) {
        for (EntityType<?> type : catalog.types()) {
            for (UniqueKey key : type.uniqueKeys()) {
                boolean withinBlobs = key.fields().containsAll(type.partitionKey())
                        && !type.partitionKey().containsAll(key.fields());
                if (!withinBlobs) {
                    key.fields().forEach(field -> requireText(type, key, field));
                    add(unique, type, new Unique(codecs.apply(type), key));
                    describe(type, "unique " + key.name() + " " + String.join(", ", type.columns(key.fields())));
                }
            }
            for (Reference reference : type.references()) {
                requireToStay(reference, codecs.apply(reference.target()));
                Link link = new Link(codecs.apply(type), reference, codecs.apply(reference.target()));
                add(outgoing, type, link);
                add(incoming, reference.target(), link);
                describe(
                        type,
                        "reference " + reference.name() + " to "
                                + reference.target().name());
                describe(reference.target(), "referred to by " + reference.name());
            }
        }
    }

    private static <R> void add(Map<EntityType<?>, List<R>> rules, EntityType<?> type, R rule) {
        rules.computeIfAbsent(type, none -> new ArrayList<>()).add(rule);
    }

    private void describe(EntityType<?> type, String rule) {
        described.computeIfAbsent(type.name(), none -> new ArrayList<>()).add(rule);
    }

    private static void requireText(EntityType<?> type, UniqueKey key, Field<?, ?> field) {
        if (field.type().kind() == FieldType.Kind.JSON || field.type().kind() == FieldType.Kind.LIST) {
            throw refused(
                    type, "the unique key " + key.name() + " holds the field " + field.name() + ", which is no scalar");
        }
    }

    /** Refuses a parent type whose blobs the store may drop by itself: their children would be left without a parent. */
    private static void requireToStay(Reference reference, BlobCodec parent) {
        if (parent.mapsExpiry()) {
            throw refused(
                    parent.type(),
                    reference.name()
                            + " refers to records that the store drops when they expire; keep their expiry in a"
                            + " member of the blob");
        }
    }

    private static UnsupportedCapabilityException refused(EntityType<?> type, String reason) {
        return new UnsupportedCapabilityException(
                "Constraints can't be enforced: " + reason, new ErrorContext("open", null, type.name(), null), null);
    }

    /** The unique keys of a type. */
    List<Unique> unique(EntityType<?> type) {
        return unique.getOrDefault(type, List.of());
    }

    /** The references that a type declares. */
    List<Link> outgoing(EntityType<?> type) {
        return outgoing.getOrDefault(type, List.of());
    }

    /** The references to a type. */
    List<Link> incoming(EntityType<?> type) {
        return incoming.getOrDefault(type, List.of());
    }

    /** Whether any rule concerns the type. */
    boolean concern(EntityType<?> type) {
        return described.containsKey(type.name());
    }

    /** The rules that an index has to cover, as text, by the name of their type. */
    Map<String, List<String>> described() {
        return described;
    }

    private static @Nullable Key values(List<? extends Field<?, ?>> fields, FieldValues given) {
        List<Object> values = new ArrayList<>(fields.size());
        for (Field<?, ?> field : fields) {
            Object value = given.of(field);
            if (value == null) {
                return null;
            }
            values.add(value instanceof Double number ? (Object) (number + 0.0) : value);
        }
        return new Key(values);
    }
}
