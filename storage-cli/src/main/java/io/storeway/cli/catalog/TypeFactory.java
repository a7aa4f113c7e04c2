package io.storeway.cli.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.EntityTypeBuilder;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.OnDelete;
import io.storeway.Row;
import io.storeway.layout.KeyValueLayout.Form;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Builds an entity type from its node in a catalog file. */
final class TypeFactory {

    private final String name;
    private final TypeNode node;
    private final Map<String, EntityType<?>> targets;
    private final Map<String, FieldType> types = new LinkedHashMap<>();

    TypeFactory(String name, TypeNode node, Map<String, EntityType<?>> targets) {
        this.name = name;
        this.node = node;
        this.targets = targets;
    }

    EntityType<Row> build() {
        EntityTypeBuilder<Row> builder = EntityType.ofRows(name);
        node.fields().forEach((field, description) -> {
            types.put(field, within(field, () -> TypeNames.parse(description.type())));
            addField(builder, field, description);
        });
        if (node.onePartition()) {
            builder.onePartition();
        }
        if (node.ordered()) {
            builder.ordered();
        }
        if (node.expiresAt() != null) {
            builder.expiresAt(FieldRef.named(node.expiresAt()));
        }
        if (node.version() != null) {
            builder.versionedBy(FieldRef.named(node.version()));
        }
        builder.partitionedBy(refs(node.partition())).identifiedBy(refs(node.key()));
        node.unique().forEach(key -> builder.unique(refs(key)));
        node.references().forEach(reference -> addReference(builder, reference));
        addKeyValue(builder);
        addSql(builder);
        return builder.build();
    }

    private void addReference(EntityTypeBuilder<Row> builder, TypeNode.ReferenceNode reference) {
        FieldRef<Row, ?> field = FieldRef.named(reference.field());
        OnDelete onDelete = choice("on-delete", OnDelete.class, reference.onDelete());
        if (reference.to().equals(name)) {
            builder.referencesSelf(field, onDelete);
        } else {
            builder.references(field, target(reference.to()), onDelete);
        }
    }

    private EntityType<?> target(String to) {
        EntityType<?> target = targets.get(to);
        if (target == null) {
            throw new IllegalArgumentException("there is no type " + to);
        }
        return target;
    }

    private void addField(EntityTypeBuilder<Row> builder, String field, FieldNode description) {
        FieldRef<Row, ?> ref = FieldRef.named(field);
        FieldType type = type(field);
        builder.field(field, type);
        if (description.nullable()) {
            builder.nullable(ref);
        }
        if (description.defaultValue() != null) {
            builder.defaultValue(ref, value(field, description.defaultValue()));
        }
        if (!description.oneOf().isEmpty()) {
            builder.oneOf(
                    ref,
                    description.oneOf().stream().map(item -> value(field, item)).toArray());
        }
        if (!description.range().isEmpty()) {
            if (description.range().size() != 2) {
                throw new IllegalArgumentException(
                        "fields." + field + ".range: give two values, the least and the greatest");
            }
            builder.range(
                    ref,
                    value(field, description.range().get(0)),
                    value(field, description.range().get(1)));
        }
    }

    private Object value(String field, JsonNode given) {
        if (!given.isValueNode() || given.isNull()) {
            throw new IllegalArgumentException("fields." + field + ": a value must be a text, a number or a boolean");
        }
        return within(field, () -> type(field).parse(given.asText()));
    }

    private FieldType type(String field) {
        FieldType type = types.get(field);
        if (type == null) {
            throw new IllegalArgumentException("there is no field " + field);
        }
        return type;
    }

    private void addKeyValue(EntityTypeBuilder<Row> builder) {
        TypeNode.KeyValueNode layout = node.keyValue();
        if (layout == null) {
            for (Map.Entry<String, FieldNode> field : node.fields().entrySet()) {
                FieldNode description = field.getValue();
                if (description.at() != null
                        || description.formerlyAt() != null
                        || description.place() != null
                        || description.form() != null) {
                    throw new IllegalArgumentException("fields." + field.getKey()
                            + " has a place in the blob, but the type has no key-value layout");
                }
            }
            return;
        }
        Blob<Row> blob = shape(layout.blob());
        for (Map.Entry<String, FieldNode> field : node.fields().entrySet()) {
            blob = place(blob, field.getKey(), field.getValue());
        }
        builder.keyValue(layout.key(), blob);
    }

    private static Blob<Row> shape(String text) {
        if (text.equals("object")) {
            return Blob.object();
        }
        if (text.equals("array of objects")) {
            return Blob.arrayOfObjects();
        }
        if (text.startsWith("array of ")) {
            return Blob.arrayOf(FieldRef.named(text.substring("array of ".length())));
        }
        throw new IllegalArgumentException("key-value.blob: " + text
                + " is not a shape; write object, array of objects, or array of FIELD for an array of scalars");
    }

    private Blob<Row> place(Blob<Row> start, String field, FieldNode description) {
        FieldRef<Row, ?> ref = FieldRef.named(field);
        Blob<Row> blob = start;
        String place = description.place();
        if (place != null) {
            blob = switch (place) {
                case "key-and-member" -> blob.alsoMember(ref);
                case "rest" -> blob.rest(ref);
                case "metadata" -> blob.metadata(ref);
                case "expiry" -> blob.expiry(ref);
                case "content-id" -> blob.contentId(ref);
                case "element-is-number" -> blob.elementIsNumber(ref);
                case "constant" -> blob.constant(ref);
                case "not-carried" -> blob.notCarried(ref);
                default ->
                    throw new IllegalArgumentException("fields." + field + ".place: " + place
                            + " is not a place; write key-and-member, rest, metadata, expiry, content-id,"
                            + " element-is-number, constant or not-carried");
            };
        }
        if (description.at() != null) {
            blob = blob.at(ref, description.at());
        }
        if (description.formerlyAt() != null) {
            blob = blob.formerlyAt(ref, description.formerlyAt());
        }
        if (description.form() != null) {
            blob = blob.as(ref, choice("fields." + field + ".form", Form.class, description.form()));
        }
        if (description.plus() != null) {
            blob = blob.plus(ref, duration(field, description.plus()));
        }
        return blob;
    }

    private static Duration duration(String field, String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "fields." + field + ".plus: " + text + " is not an ISO 8601 duration such as PT5M", e);
        }
    }

    private void addSql(EntityTypeBuilder<Row> builder) {
        TypeNode.SqlNode layout = node.sql();
        builder.sql(table -> {
            if (layout != null && layout.table() != null) {
                table.table(layout.table());
            }
            if (layout != null) {
                layout.indexes().forEach(index -> table.index(refs(index)));
            }
            node.fields().forEach((field, description) -> {
                if (description.column() != null) {
                    table.column(FieldRef.named(field), description.column());
                }
                if (description.formerColumn() != null) {
                    table.formerColumn(FieldRef.named(field), description.formerColumn());
                }
            });
        });
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // An array of field references.
    private static FieldRef<Row, ?>[] refs(List<String> names) {
        return names.stream().map(FieldRef::named).toArray(FieldRef[]::new);
    }

    private static <E extends Enum<E>> E choice(String where, Class<E> choices, String given) {
        for (E constant : choices.getEnumConstants()) {
            if (spelled(constant).equals(given)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(where + ": " + given + " is none of "
                + Arrays.stream(choices.getEnumConstants())
                        .map(TypeFactory::spelled)
                        .collect(Collectors.joining(", ")));
    }

    private static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <R> R within(String field, Supplier<R> step) {
        try {
            return step.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("fields." + field + ": " + e.getMessage(), e);
        }
    }
}
