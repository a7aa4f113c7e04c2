package io.storeway.kv.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.storeway.Check;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.spi.ContentIds;
import io.storeway.spi.Fingerprinter;
import io.storeway.spi.Residue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the items of one blob, in their order. */
final class PartitionReader {

    private final BlobDecoder blobs;
    private final EntityType<?> type;
    private final Key partition;
    private final byte[] blob;
    private final @Nullable Object[] template;
    private final UniqueRules.Seen seen;
    private final @Nullable ContentIds ids;
    private final List<StoredItem> items = new ArrayList<>();
    private final List<Residue> residue = new ArrayList<>();
    private @Nullable Fingerprinter fingerprinter;
    /** Whether the present item has members that no field names. */
    private boolean more;

    PartitionReader(BlobDecoder blobs, Key partition, byte[] blob, @Nullable Object[] template) {
        this.blobs = blobs;
        this.type = blobs.type;
        this.partition = partition;
        this.blob = blob;
        this.template = template;
        this.seen = blobs.unique.start();
        this.ids = blobs.contentIds.isEmpty() ? null : new ContentIds(type, partition);
    }

    /** Reads the item that starts at the parser's token. */
    void item(JsonParser parser, int position) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        @Nullable Object[] values = template.clone();
        more = false;
        String fault = blobs.shape == Shape.ARRAY_OF_SCALARS ? scalar(parser, values) : object(parser, values);
        parser.finishToken();
        int to = (int) parser.currentLocation().getByteOffset();
        if (blobs.position >= 0) {
            values[blobs.position] = position;
        }

        Row row = Row.trusted(type, values);
        Refused refused = fault != null ? new Refused(Residue.Kind.INVALID, null, fault) : refused(row, values);
        if (refused == null) {
            items.add(new StoredItem(position, row, new Slice(blob, from, to), more));
        } else {
            residue.add(refused.at(position, Arrays.copyOfRange(blob, from, to), partition, fingerprinter()));
        }
    }

    Decoded result() {
        return new Decoded(items, residue);
    }

    private @Nullable String scalar(JsonParser parser, @Nullable Object[] values) throws IOException {
        Field<?, ?> element = blobs.element;
        FieldCodec codec = blobs.elementCodec;
        if (element == null || codec == null) {
            throw new IllegalStateException(type + " has no element");
        }
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
            return "expected a scalar";
        }
        try {
            if (blobs.elementIsNumber >= 0 && parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                values[blobs.elementIsNumber] = true;
            }
            values[element.index()] = codec.read(parser);
            return null;
        } catch (IllegalArgumentException e) {
            return "element: " + e.getMessage();
        }
    }

    private @Nullable String object(JsonParser parser, @Nullable Object[] values) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return "expected an object";
        }
        for (Field<?, ?> field : blobs.repeatedKeys) {
            values[field.index()] = null;
        }
        MemberReader reader = new MemberReader(blobs.members, blobs.rest >= 0);
        Map<String, Json> rest = reader.read(parser, values, template);
        more = reader.more();
        if (blobs.rest >= 0) {
            values[blobs.rest] = rest == null ? null : new Json.Obj(rest);
        }
        for (Field<?, ?> field : blobs.repeatedKeys) {
            if (values[field.index()] == null || MemberReader.NULL.equals(values[field.index()])) {
                reader.fault("field " + field.name(), "the key holds it, and the member that repeats it is missing");
            }
        }
        for (Field<?, ?> field : blobs.memberFields) {
            Object value = values[field.index()];
            values[field.index()] =
                    value == null ? field.defaultValue() : MemberReader.NULL.equals(value) ? null : value;
        }
        return reader.fault();
    }

    /** The first rule that a row breaks whose values have the right types; or null. */
    private @Nullable Refused refused(Row row, @Nullable Object[] values) {
        for (Field<?, ?> field : blobs.contentIds) {
            values[field.index()] = "";
        }
        for (Field<?, ?> field : type.fields()) {
            if (!field.nullable() && values[field.index()] == null) {
                return new Refused(Residue.Kind.NOT_NULL, type.sql().notNullName(field.index()), missing(field));
            }
        }
        for (Check check : type.checks()) {
            Object value = values[check.field().index()];
            if (value != null && !check.passes(value)) {
                return new Refused(
                        Residue.Kind.CHECK,
                        check.name(),
                        "field " + check.field().name() + ": the value is outside the declared set or range");
            }
        }
        if (ids != null) {
            String id = ids.next(row);
            for (Field<?, ?> field : blobs.contentIds) {
                values[field.index()] = id;
            }
        }
        UniqueRules.Rule broken = seen.add(row);
        return broken == null
                ? null
                : new Refused(
                        Residue.Kind.UNIQUE,
                        broken.name(),
                        broken.fields() + ": an earlier item of the blob has the same values");
    }

    private static String missing(Field<?, ?> field) {
        return "field " + field.name() + ": the value is missing, and it has no default value";
    }

    private Fingerprinter fingerprinter() {
        Fingerprinter current = fingerprinter;
        if (current == null) {
            current = new Fingerprinter(type, Set.of());
            fingerprinter = current;
        }
        return current;
    }

    /** A rule that an item breaks. */
    private record Refused(Residue.Kind kind, @Nullable String constraint, String reason) {
        Residue at(int position, byte[] payload, Key partition, Fingerprinter fingerprinter) {
            return new Residue(position, kind, constraint, reason, payload, fingerprinter.payload(partition, payload));
        }
    }
}
