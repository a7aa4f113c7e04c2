package io.storeway.kv.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.layout.KeyValueLayout.Source;
import io.storeway.spi.ContentIds;
import io.storeway.spi.Fingerprinter;
import io.storeway.spi.Residue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads blobs of one entity type. */
final class BlobDecoder {

    final EntityType<?> type;
    final MemberTree members;
    final ItemEncoder encoder;
    final Shape shape;
    final int rest;
    final int elementIsNumber;
    final @Nullable Field<?, ?> element;
    final @Nullable FieldCodec elementCodec;
    final List<? extends Field<?, ?>> memberFields;
    final List<? extends Field<?, ?>> repeatedKeys;
    final List<? extends Field<?, ?>> contentIds;
    final int position;
    final UniqueRules unique;
    /** The fields beside the key that all rows of a partition share, such as metadata. */
    private final List<? extends Field<?, ?>> shared;

    BlobDecoder(EntityType<?> type, MemberTree members, ItemEncoder encoder) {
        this.type = type;
        this.members = members;
        this.encoder = encoder;
        this.shape = type.keyValue().shape();
        this.rest = Places.indexOf(type, Source.REST);
        this.elementIsNumber = Places.indexOf(type, Source.ELEMENT_IS_NUMBER);
        this.element = Places.only(type, Source.ELEMENT).orElse(null);
        this.elementCodec = element == null
                ? null
                : new FieldCodec(element.type(), type.keyValue().place(element.index()));
        this.memberFields = Places.all(type, Source.MEMBER);
        this.repeatedKeys = Places.all(type, Source.KEY_AND_MEMBER);
        this.contentIds = ContentIds.fields(type);
        this.position = type.position().map(Field::index).orElse(-1);
        this.shared = Stream.of(Source.CONSTANT, Source.NOT_CARRIED, Source.METADATA, Source.EXPIRY)
                .flatMap(source -> Places.all(type, source).stream())
                .toList();
        this.unique = new UniqueRules(type);
    }

    /** Reads a blob. An item that can't be a row becomes residue; nothing is thrown. */
    Decoded decode(Key partition, byte[] blob, @Nullable String metadata, @Nullable Instant expiresAt) {
        try (JsonParser parser = StrictJson.parser(blob)) {
            PartitionReader reader =
                    new PartitionReader(this, partition, blob, template(partition, metadata, expiresAt));
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new UnfitException("the text is empty");
            }
            if (shape == Shape.OBJECT) {
                expect(first, JsonToken.START_OBJECT, "an object");
                reader.item(parser, 0);
            } else {
                expect(first, JsonToken.START_ARRAY, "an array");
                for (int position = 0; parser.nextToken() != JsonToken.END_ARRAY; position++) {
                    reader.item(parser, position);
                }
            }
            StrictJson.end(parser);
            return withBeside(partition, reader.result(), metadata, expiresAt);
        } catch (IOException e) {
            return withBeside(
                    partition, whole(partition, blob, StrictJson.notJson(e).reason()), metadata, expiresAt);
        } catch (UnfitException e) {
            return withBeside(partition, whole(partition, blob, e.reason()), metadata, expiresAt);
        }
    }

    /** If there is no row, puts metadata and expiry into the first residue item, so that they are not lost. */
    private Decoded withBeside(Key partition, Decoded content, @Nullable String metadata, @Nullable Instant expiresAt) {
        if ((metadata == null && expiresAt == null)
                || !content.items().isEmpty()
                || content.residue().isEmpty()) {
            return content;
        }
        List<Residue> residue = new ArrayList<>(content.residue());
        Residue first = residue.get(0);
        byte[] text = (metadata + " " + expiresAt).getBytes(StandardCharsets.UTF_8);
        residue.set(
                0,
                new Residue(
                        first.position(),
                        first.kind(),
                        first.constraint(),
                        first.reason(),
                        first.payload(),
                        first.fingerprint().plus(new Fingerprinter(type, Set.of()).payload(partition, text)),
                        new Residue.Beside(metadata, expiresAt),
                        first.record()));
        return new Decoded(content.items(), residue);
    }

    /** The members of an item that no field names. */
    Json.@Nullable Obj hidden(byte[] item) {
        try (JsonParser parser = StrictJson.parser(item)) {
            parser.nextToken();
            Map<String, Json> left = new MemberReader(members, true).read(parser, new @Nullable Object[0], null);
            return left == null ? null : new Json.Obj(left);
        } catch (IOException e) {
            throw StrictJson.notJson(e);
        }
    }

    private static void expect(JsonToken found, JsonToken expected, String what) {
        if (found != expected) {
            throw new UnfitException("the blob is not " + what);
        }
    }

    private Decoded whole(Key partition, byte[] blob, String reason) {
        return new Decoded(
                List.of(),
                List.of(new Residue(
                        Residue.WHOLE,
                        Residue.Kind.INVALID,
                        null,
                        reason,
                        blob,
                        new Fingerprinter(type, Set.of()).payload(partition, blob))));
    }

    /** The values that all rows of the partition share. */
    private @Nullable Object[] template(Key partition, @Nullable String metadata, @Nullable Instant expiresAt) {
        @Nullable Object[] values = new @Nullable Object[type.fields().size()];
        for (int i = 0; i < partition.values().size(); i++) {
            values[type.partitionKey().get(i).index()] = partition.values().get(i);
        }
        for (Field<?, ?> field : shared) {
            int index = field.index();
            switch (type.keyValue().place(index).source()) {
                case CONSTANT, NOT_CARRIED -> values[index] = field.defaultValue();
                case METADATA ->
                    values[index] = metadata == null ? null : metadata(metadata.getBytes(StandardCharsets.UTF_8));
                case EXPIRY -> values[index] = expiresAt == null ? null : expiry(field.type(), expiresAt);
                default -> {}
            }
        }
        return values;
    }

    private static Json metadata(byte[] text) {
        try {
            return StrictJson.read(text);
        } catch (UnfitException e) {
            throw new UnfitException("the metadata: " + e.reason());
        }
    }

    private static Object expiry(FieldType type, Instant expiresAt) {
        try {
            return type.normalize(expiresAt);
        } catch (IllegalArgumentException e) {
            throw new UnfitException("the expiry: " + e.getMessage());
        }
    }
}
