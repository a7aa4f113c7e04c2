package io.storeway;

import io.storeway.layout.KeyTemplate;
import io.storeway.layout.KeyValueLayout;
import io.storeway.layout.KeyValueLayout.Form;
import io.storeway.layout.KeyValueLayout.Place;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.layout.KeyValueLayout.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Resolves a {@link Blob} against the fields of a type and refuses what the shape can't hold. */
record KeyValueLayoutBuilder<T>(
        String entity,
        List<Field<T, ?>> fields,
        List<Field<T, ?>> partitionKey,
        List<Field<T, ?>> identity,
        @Nullable Field<T, ?> position) {

    KeyValueLayout build(String templateText, Blob<T> blob) {
        KeyTemplate template = KeyTemplate.parse(templateText);
        for (String named : blob.places().keySet()) {
            if (fields.stream().noneMatch(field -> field.name().equals(named))) {
                throw refused("there is no field " + named);
            }
        }
        Shape shape = blob.shape();
        if (shape == Shape.OBJECT && !identity.isEmpty()) {
            throw refused(
                    "an object holds one record, but a partition has several; use an array, or, where each record has a"
                            + " blob of its own, identifiedBy without partitionedBy");
        }
        if (shape != Shape.OBJECT && identity.isEmpty()) {
            throw refused("an array holds several records, but a partition has one; use an object");
        }
        List<Place> places = new ArrayList<>();
        for (Field<T, ?> field : fields) {
            places.add(place(field, template, blob));
        }
        checkPartitionKey(template, places);
        checkPaths(places);
        checkNumbers(places);
        return new KeyValueLayout(template, shape, places);
    }

    private Place place(Field<T, ?> field, KeyTemplate template, Blob<T> blob) {
        Place given = blob.places().get(field.name());
        boolean variable = template.variables().contains(field.name());
        if (field == position) {
            return Place.of(Source.POSITION);
        }
        if (variable && (given == null || given.source() != Source.KEY_AND_MEMBER)) {
            if (given != null) {
                throw refused(
                        "field " + field.name() + " is a variable of the key; say alsoMember if it is a member too");
            }
            return Place.of(Source.KEY);
        }
        if (!variable && given != null && given.source() == Source.KEY_AND_MEMBER) {
            throw refused("field " + field.name() + " is no variable of the key");
        }
        if (given == null && blob.shape() == Shape.ARRAY_OF_SCALARS) {
            if (!field.nullable() && field.defaultValue() == null) {
                throw refused("an array of scalars has no place for field " + field.name()
                        + "; give it a default value, or use an array of objects");
            }
            return Place.of(Source.NOT_CARRIED);
        }
        Place place = given == null ? Blob.member(field.name()) : given;
        check(field, place, blob.shape());
        return place;
    }

    private void check(Field<T, ?> field, Place place, Shape shape) {
        FieldType.Kind kind = field.type().kind();
        boolean fits = switch (place.source()) {
            case REST, METADATA -> kind == FieldType.Kind.JSON && field.nullable();
            case EXPIRY -> kind == FieldType.Kind.INSTANT && field.nullable();
            case CONTENT_ID -> kind == FieldType.Kind.TEXT && shape != Shape.OBJECT;
            case CONSTANT -> field.defaultValue() != null;
            case NOT_CARRIED -> field.nullable() || field.defaultValue() != null;
            case MEMBER, KEY_AND_MEMBER ->
                shape != Shape.ARRAY_OF_SCALARS
                        && place.path().stream().noneMatch(String::isEmpty)
                        && place.former().stream().flatMap(List::stream).noneMatch(String::isEmpty);
            case ELEMENT -> kind != FieldType.Kind.JSON && kind != FieldType.Kind.LIST && !field.nullable();
            case ELEMENT_IS_NUMBER ->
                kind == FieldType.Kind.BOOLEAN && field.nullable() && shape == Shape.ARRAY_OF_SCALARS;
            case KEY, POSITION -> true;
        };
        if (!fits) {
            throw refused("field " + field.name() + " (" + field.type() + ") can't be placed as " + place.source()
                    + " in the shape " + shape);
        }
        boolean formFits = switch (place.form()) {
            case NATURAL -> true;
            case STRING ->
                Set.of(FieldType.Kind.INTEGER, FieldType.Kind.LONG, FieldType.Kind.DECIMAL, FieldType.Kind.INSTANT)
                        .contains(kind);
            case ISO -> kind == FieldType.Kind.INSTANT;
            case STRING_OR_INTEGER -> kind == FieldType.Kind.TEXT;
        };
        if (!formFits) {
            throw refused("field " + field.name() + " (" + field.type() + ") has no form " + place.form());
        }
        if (place.plusMillis() != 0 && kind != FieldType.Kind.INSTANT) {
            throw refused("field " + field.name() + " is no instant, so no time can be added");
        }
    }

    private void checkPartitionKey(KeyTemplate template, List<Place> places) {
        List<String> inKey = partitionKey.stream()
                .filter(field -> places.get(field.index()).source() != Source.CONSTANT)
                .map(Field::name)
                .toList();
        if (!inKey.equals(template.variables())) {
            throw refused("the key template " + template + " has to name the partition key (" + String.join(", ", inKey)
                    + ") in that order, and no other field");
        }
    }

    private void checkNumbers(List<Place> places) {
        long marks = places.stream()
                .filter(place -> place.source() == Source.ELEMENT_IS_NUMBER)
                .count();
        boolean either = places.stream()
                .anyMatch(place -> place.source() == Source.ELEMENT && place.form() == Form.STRING_OR_INTEGER);
        if (marks > 1 || (marks == 1 && !either)) {
            throw refused("one field says whether the scalar was a number, where the scalar has the form "
                    + Form.STRING_OR_INTEGER);
        }
    }

    private void checkPaths(List<Place> places) {
        Set<String> paths = new HashSet<>();
        for (Place place : places) {
            Stream.concat(Stream.of(place.path()), place.former().stream())
                    .filter(path -> !path.isEmpty())
                    .map(path -> String.join(".", path))
                    .forEach(path -> {
                        if (!paths.add(path)) {
                            throw refused("two fields are placed at " + path);
                        }
                    });
        }
        if (places.stream().filter(place -> place.source() == Source.REST).count() > 1) {
            throw refused("only one field takes the rest");
        }
        for (String path : paths) {
            if (paths.stream().anyMatch(other -> other.startsWith(path + "."))) {
                throw refused("the member " + path + " is a field and holds other fields too");
            }
        }
    }

    private IllegalArgumentException refused(String reason) {
        return new IllegalArgumentException("Entity type " + entity + ", key-value layout: " + reason);
    }
}
