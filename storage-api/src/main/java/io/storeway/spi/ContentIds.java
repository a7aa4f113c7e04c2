package io.storeway.spi;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.Row;
import io.storeway.internal.Sha256;
import io.storeway.layout.KeyValueLayout.Place;
import io.storeway.layout.KeyValueLayout.Source;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Computes the ids of records whose type has a {@link io.storeway.Blob#contentId}. Deterministic: the same on every backend, in every run,
 * on every Java version. Not thread-safe.
 *
 * <p>An id is the hex of the first 128 bits of SHA-256 over three lines, joined by line feeds, in UTF-8:
 *
 * <ol>
 *   <li>the {@linkplain Key#text text} of the partition key;
 *   <li>the record as JSON without blanks: an object with a member for each field that has a value and is kept in a blob's item. Its name
 *       is the field's path there, or the first {@linkplain io.storeway.Blob#formerlyAt former} one, with dots between; a scalar element
 *       and the rest field have the empty name. Members are sorted by name. So an id depends neither on a field's name in Java nor on a
 *       new path of its member. Instants are epoch numbers in their unit, dates ISO 8601 text, bytes base64url without padding. Numbers
 *       are exact decimals without trailing zeros, as {@link BigDecimal#toString} writes them; a double is its exact decimal value;
 *   <li>the number of records with equal content before it in its partition, in decimal.
 * </ol>
 */
public final class ContentIds {

    private static final int BYTES = 16;
    private static final Set<Source> CONTENT = Set.of(Source.MEMBER, Source.ELEMENT, Source.REST);

    private final EntityType<?> type;
    private final String partition;
    private final List<? extends Field<?, ?>> content;
    private final Map<String, Integer> seen = new HashMap<>();

    /** The ids of one partition. */
    public ContentIds(EntityType<?> type, Key partition) {
        this.type = type;
        this.partition = partition.text(type.partitionKey());
        this.content = type.fields().stream()
                .filter(field ->
                        CONTENT.contains(type.keyValue().place(field.index()).source()))
                .toList();
    }

    /** The fields of a type that hold such an id. */
    public static List<? extends Field<?, ?>> fields(EntityType<?> type) {
        return type.fields().stream()
                .filter(field -> type.keyValue().place(field.index()).source() == Source.CONTENT_ID)
                .toList();
    }

    /** The id of the next record of the partition, in its order. */
    public String next(Row row) {
        String text = content(row);
        return id(text, seen.merge(text, 1, Integer::sum) - 1);
    }

    /** The id of a record with the given number of records of equal content before it. */
    public String of(Row row, int equalBefore) {
        return id(content(row), equalBefore);
    }

    /** The row with the id in each field that holds it. */
    public Row with(Row row, String id) {
        Row result = row;
        for (Field<?, ?> field : fields(type)) {
            result = result.with(field.index(), id);
        }
        return result;
    }

    private String id(String text, int equalBefore) {
        return Sha256.hex(partition + "\n" + text + "\n" + equalBefore, BYTES);
    }

    /** The content of a record as text; records with the same text have equal content. */
    public String content(Row row) {
        Map<String, Json> members = new TreeMap<>();
        for (Field<?, ?> field : content) {
            Object value = row.get(field.index());
            if (value != null) {
                members.put(name(type.keyValue().place(field.index())), json(field.type(), value));
            }
        }
        return new Json.Obj(members).toString();
    }

    private static String name(Place place) {
        return String.join(
                ".", place.former().isEmpty() ? place.path() : place.former().get(0));
    }

    private static Json json(FieldType type, Object value) {
        return switch (type.kind()) {
            case TEXT -> new Json.Str((String) value);
            case BOOLEAN -> new Json.Bool((Boolean) value);
            case INTEGER, LONG -> number(BigDecimal.valueOf(((Number) value).longValue()));
            case DECIMAL -> number((BigDecimal) value);
            case DOUBLE -> number(new BigDecimal((Double) value));
            case INSTANT -> number(BigDecimal.valueOf(type.unit().toEpoch((Instant) value)));
            case DATE, BYTES -> new Json.Str(type.format(value));
            case JSON -> canonical((Json) value);
            case LIST ->
                new Json.Arr(((List<?>) value)
                        .stream().map(item -> json(type.element(), item)).toList());
        };
    }

    private static Json number(BigDecimal value) {
        return new Json.Num(value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros());
    }

    private static Json canonical(Json json) {
        if (json instanceof Json.Num number) {
            return number(number.value());
        }
        if (json instanceof Json.Arr array) {
            return new Json.Arr(
                    array.items().stream().map(ContentIds::canonical).toList());
        }
        if (json instanceof Json.Obj object) {
            Map<String, Json> sorted = new TreeMap<>();
            object.members().forEach((name, member) -> sorted.put(name, canonical(member)));
            return new Json.Obj(sorted);
        }
        return json;
    }
}
