package io.storeway.migrate.catalogs;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.EntityTypeBuilder;
import io.storeway.FieldRef;
import io.storeway.OnDelete;
import io.storeway.Row;
import io.storeway.layout.KeyValueLayout.Form;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.migrate.catalogs.FieldSpec.Spot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An entity type as the generator has thought it up; immutable.
 *
 * @param template the key template, or null for the one that is derived
 * @param table the table's name, or null for that of the type
 * @param formerColumns the columns that fields had before, by field
 */
record TypeSpec(
        String name,
        List<FieldSpec> fields,
        List<String> partition,
        List<String> identity,
        boolean onePartition,
        boolean ordered,
        @Nullable String expiry,
        @Nullable String version,
        List<List<String>> unique,
        List<Link> references,
        @Nullable String template,
        Shape shape,
        @Nullable String table,
        List<List<String>> indexes,
        Map<String, String> formerColumns) {

    /** A reference; to the type itself if it names that. */
    record Link(String field, String target, OnDelete onDelete) {}

    FieldSpec field(String fieldName) {
        return fields.stream()
                .filter(field -> field.name().equals(fieldName))
                .findFirst()
                .orElseThrow();
    }

    boolean inKey(String fieldName) {
        return partition.contains(fieldName) || identity.contains(fieldName);
    }

    TypeSpec with(
            List<FieldSpec> others,
            List<List<String>> uniques,
            List<List<String>> indexed,
            Map<String, String> former) {
        return new TypeSpec(
                name,
                others,
                partition,
                identity,
                onePartition,
                ordered,
                expiry,
                version,
                uniques,
                references,
                template,
                shape,
                table,
                indexed,
                former);
    }

    EntityType<Row> build(Map<String, EntityType<Row>> targets) {
        EntityTypeBuilder<Row> builder = EntityType.ofRows(name);
        fields.forEach(field -> builder.field(field.name(), field.type()));
        fields.forEach(field -> describe(builder, field));
        if (!partition.isEmpty()) {
            builder.partitionedBy(refs(partition));
        }
        if (!identity.isEmpty()) {
            builder.identifiedBy(refs(identity));
        }
        if (onePartition) {
            builder.onePartition();
        }
        if (ordered) {
            builder.ordered();
        }
        if (expiry != null) {
            builder.expiresAt(FieldRef.named(expiry));
        }
        if (version != null) {
            builder.versionedBy(FieldRef.named(version));
        }
        unique.forEach(key -> builder.unique(refs(key)));
        for (Link link : references) {
            FieldRef<Row, ?> field = FieldRef.named(link.field());
            if (link.target().equals(name)) {
                builder.referencesSelf(field, link.onDelete());
            } else {
                builder.references(field, targets.get(link.target()), link.onDelete());
            }
        }
        if (template != null) {
            builder.keyValue(template, blob());
        }
        builder.sql(spec -> {
            if (table != null) {
                spec.table(table);
            }
            fields.stream()
                    .filter(field -> field.column() != null)
                    .forEach(field -> spec.column(field.ref(), field.column()));
            formerColumns.forEach((field, column) -> spec.formerColumn(FieldRef.named(field), column));
            indexes.forEach(index -> spec.index(refs(index)));
        });
        return builder.build();
    }

    private static void describe(EntityTypeBuilder<Row> builder, FieldSpec field) {
        if (field.nullable()) {
            builder.nullable(field.ref());
        }
        if (field.defaultValue() != null) {
            builder.defaultValue(field.ref(), field.defaultValue());
        }
        if (!field.allowed().isEmpty()) {
            builder.oneOf(field.ref(), field.allowed().toArray());
        }
        if (!field.bounds().isEmpty()) {
            builder.range(field.ref(), field.bounds().get(0), field.bounds().get(1));
        }
    }

    private Blob<Row> blob() {
        Blob<Row> blob = switch (shape) {
            case OBJECT -> Blob.object();
            case ARRAY_OF_OBJECTS -> Blob.arrayOfObjects();
            case ARRAY_OF_SCALARS ->
                Blob.arrayOf(fields.stream()
                        .filter(field -> field.spot().place() == FieldSpec.Place.ELEMENT)
                        .findFirst()
                        .orElseThrow()
                        .ref());
        };
        for (FieldSpec field : fields) {
            blob = placed(blob, field);
        }
        return blob;
    }

    private static Blob<Row> placed(Blob<Row> given, FieldSpec field) {
        FieldRef<Row, ?> ref = field.ref();
        Spot spot = field.spot();
        Blob<Row> blob = switch (spot.place()) {
            case PLAIN, ELEMENT -> given;
            case ALSO_MEMBER -> given.alsoMember(ref);
            case ELEMENT_IS_NUMBER -> given.elementIsNumber(ref);
            case REST -> given.rest(ref);
            case METADATA -> given.metadata(ref);
            case EXPIRY -> given.expiry(ref);
            case CONTENT_ID -> given.contentId(ref);
            case CONSTANT -> given.constant(ref);
            case NOT_CARRIED -> given.notCarried(ref);
        };
        if (spot.path() != null) {
            blob = blob.at(ref, spot.path());
        }
        if (spot.former() != null) {
            blob = blob.formerlyAt(ref, spot.former());
        }
        if (spot.form() != Form.NATURAL) {
            blob = blob.as(ref, spot.form());
        }
        return spot.plus().equals(Duration.ZERO) ? blob : blob.plus(ref, spot.plus());
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // An array of references by name.
    private static FieldRef<Row, ?>[] refs(List<String> names) {
        return names.stream().map(FieldRef::named).toArray(FieldRef[]::new);
    }

    @Override
    public String toString() {
        return "  type %s table %s partition %s identity %s%s%s expires %s version %s%n    key %s %s%n    unique %s references %s indexes %s former %s%n%s"
                .formatted(
                        name,
                        table,
                        partition,
                        identity,
                        onePartition ? " one partition" : "",
                        ordered ? " ordered" : "",
                        expiry,
                        version,
                        template,
                        shape,
                        unique,
                        references,
                        indexes,
                        formerColumns,
                        fields.stream()
                                .map(field -> "    " + field + " in " + Texts.of(field.pool()))
                                .collect(Collectors.joining(System.lineSeparator())));
    }
}
