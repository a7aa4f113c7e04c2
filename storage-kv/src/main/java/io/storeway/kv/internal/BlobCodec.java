package io.storeway.kv.internal;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.layout.KeyValueLayout.Source;
import io.storeway.spi.ContentIds;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Everything about the key-value layout of one entity type: keys, blobs, and what the store keeps beside them. */
public final class BlobCodec {

    private final EntityType<?> type;
    private final ItemEncoder encoder;
    private final BlobDecoder decoder;
    private final List<? extends Field<?, ?>> variables;
    private final List<? extends Field<?, ?>> fixed;
    private final List<? extends Field<?, ?>> contentIds;
    private final int rest;
    private final int metadata;
    private final int expiry;

    /** The codec of a type. */
    public BlobCodec(EntityType<?> type) {
        this.type = type;
        MemberTree members = MemberTree.of(type);
        this.encoder = new ItemEncoder(type, members);
        this.decoder = new BlobDecoder(type, members, encoder);
        this.variables = type.partitionKey().stream()
                .filter(field -> source(field) != Source.CONSTANT)
                .toList();
        this.fixed = type.fields().stream()
                .filter(field -> source(field) == Source.CONSTANT || source(field) == Source.NOT_CARRIED)
                .toList();
        this.contentIds = ContentIds.fields(type);
        this.rest = Places.indexOf(type, Source.REST);
        this.metadata = Places.indexOf(type, Source.METADATA);
        this.expiry = Places.indexOf(type, Source.EXPIRY);
    }

    private Source source(Field<?, ?> field) {
        return type.keyValue().place(field.index()).source();
    }

    /** The entity type. */
    public EntityType<?> type() {
        return type;
    }

    /** Positions of the fields that a blob can hold. */
    public Set<Integer> carried() {
        return type.fields().stream()
                .map(Field::index)
                .filter(type.keyValue()::carries)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a field of the type is the entry's metadata. */
    public boolean mapsMetadata() {
        return metadata >= 0;
    }

    /** Whether a field of the type is the entry's expiry. */
    public boolean mapsExpiry() {
        return expiry >= 0;
    }

    /** The rules of uniqueness that can be checked within a blob. */
    public UniqueRules unique() {
        return decoder.unique;
    }

    /** Whether the layout has a place for the partition; it may fix a part of the key to one value. */
    public boolean holds(Key partition) {
        for (int i = 0; i < type.partitionKey().size(); i++) {
            Field<?, ?> field = type.partitionKey().get(i);
            Object constant = field.defaultValue();
            if (source(field) == Source.CONSTANT
                    && constant != null
                    && !field.equal(partition.values().get(i), constant)) {
                return false;
            }
        }
        return true;
    }

    /** The names of the fields of the partition key that the layout fixes to their default value. */
    public List<String> fixedKeyFields() {
        return type.partitionKey().stream()
                .filter(field -> !variables.contains(field))
                .map(Field::name)
                .toList();
    }

    /** The store's key of a partition that {@linkplain #holds can be there}. */
    public String keyOf(Key partition) {
        List<String> texts = new ArrayList<>(variables.size());
        for (int i = 0; i < type.partitionKey().size(); i++) {
            Field<?, ?> field = type.partitionKey().get(i);
            if (source(field) != Source.CONSTANT) {
                texts.add(field.type().format(partition.values().get(i)));
            }
        }
        return type.keyValue().key().format(texts);
    }

    /** The partition of a key, or empty if it is not a key of this type. */
    public Optional<Key> partitionOf(String key) {
        Optional<List<String>> texts = type.keyValue().key().match(key);
        if (texts.isEmpty()) {
            return Optional.empty();
        }
        List<Object> values = new ArrayList<>(type.partitionKey().size());
        int variable = 0;
        try {
            for (Field<?, ?> field : type.partitionKey()) {
                Object constant = source(field) == Source.CONSTANT ? field.defaultValue() : null;
                values.add(
                        constant != null
                                ? constant
                                : field.type().parse(texts.get().get(variable++)));
            }
        } catch (IllegalArgumentException notOfThisType) {
            return Optional.empty();
        }
        return Optional.of(new Key(values));
    }

    /** Reads a blob. An item that can't be a row becomes residue; nothing is thrown. */
    public Decoded decode(Key partition, byte[] blob, @Nullable String entryMetadata, @Nullable Instant expiresAt) {
        return decoder.decode(partition, blob, entryMetadata, expiresAt);
    }

    /**
     * The row as it will be read again, apart from position and content id: fields that the blob has no place for get the value with
     * which they are read.
     *
     * @throws IllegalArgumentException if a constant field has another value
     */
    public Row normalized(Row row) {
        Row result = row;
        for (Field<?, ?> field : fixed) {
            if (source(field) == Source.CONSTANT) {
                requireConstant(field, row.get(field.index()));
            }
            result = result.with(field.index(), field.defaultValue());
        }
        return result;
    }

    private static void requireConstant(Field<?, ?> field, @Nullable Object value) {
        Object constant = field.defaultValue();
        if (value == null || !field.equal(value, constant)) {
            throw new UnfitException("field " + field.name() + ": the blob holds no value but the default");
        }
    }

    /**
     * The text of an item.
     *
     * @param replaced the text of the item that it replaces, or null. Its members that no field names are kept, unless the type has a
     *     rest field
     * @throws IllegalArgumentException if the row can't be written so that it is read again as an equal one
     */
    public byte[] encode(Row row, byte @Nullable [] replaced) {
        boolean keeps = replaced != null && rest < 0 && type.keyValue().shape() != Shape.ARRAY_OF_SCALARS;
        return encoder.encode(row, keeps && replaced != null ? decoder.hidden(replaced) : null);
    }

    /** The indexes of rows whose content id is not that of the item at their place. */
    public List<Integer> wrongContentIds(Key partition, List<Row> rows) {
        if (contentIds.isEmpty()) {
            return List.of();
        }
        List<Integer> wrong = new ArrayList<>();
        ContentIds ids = new ContentIds(type, partition);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            String id = ids.next(row);
            if (contentIds.stream().anyMatch(field -> !id.equals(row.get(field.index())))) {
                wrong.add(i);
            }
        }
        return wrong;
    }

    /** The blob of items that have been written as text. */
    public byte[] blob(List<Slice> items) {
        if (type.keyValue().shape() == Shape.OBJECT) {
            return items.get(0).bytes();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        char separator = '[';
        for (Slice item : items) {
            out.write(separator);
            item.appendTo(out);
            separator = ',';
        }
        if (items.isEmpty()) {
            out.write('[');
        }
        out.write(']');
        return out.toByteArray();
    }

    /**
     * The metadata that the rows of a partition have in common.
     *
     * @throws IllegalArgumentException if they differ
     */
    public @Nullable String metadataOf(List<Row> rows) {
        Object common = common(rows, metadata, "metadata");
        return common == null ? null : new String(StrictJson.write((Json) common), StandardCharsets.UTF_8);
    }

    /**
     * The expiry that the rows of a partition have in common.
     *
     * @throws IllegalArgumentException if they differ, or the store can't keep it
     */
    public @Nullable Instant expiryOf(List<Row> rows) {
        Instant common = (Instant) common(rows, expiry, "expiry");
        if (common != null && !common.truncatedTo(ChronoUnit.MILLIS).equals(common)) {
            throw new UnfitException(
                    "field " + type.fields().get(expiry).name() + ": a store keeps an expiry in milliseconds");
        }
        return common;
    }

    private @Nullable Object common(List<Row> rows, int field, String what) {
        Object first = rows.isEmpty() ? null : rows.get(0).get(field);
        for (Row row : rows) {
            Object value = row.get(field);
            if (first == null ? value != null : !first.equals(value)) {
                throw new UnfitException(
                        "field " + type.fields().get(field).name() + ": the records of a partition share one " + what);
            }
        }
        return first;
    }
}
