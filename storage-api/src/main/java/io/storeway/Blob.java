package io.storeway;

import io.storeway.layout.KeyValueLayout.Form;
import io.storeway.layout.KeyValueLayout.Place;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.layout.KeyValueLayout.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Describes the blob of an entity type for {@link EntityTypeBuilder#keyValue}; immutable, each method gives a changed
 * copy. Fields that are not mentioned are members of the object under their own name, except variables of the key.
 *
 * <pre>{@code
 * Blob.object()
 *         .at(Book::publicationYear, "publishedDate").as(Book::publicationYear, Form.STRING)
 *         .at(Book::thumbnail, "imageLinks.thumbnail")
 *         .rest(Book::extra)
 * }</pre>
 *
 * @param <T> the record
 */
public final class Blob<T> {

    private final Shape shape;
    private final Map<String, Place> places;

    private Blob(Shape shape, Map<String, Place> places) {
        this.shape = shape;
        this.places = places;
    }

    /** One record for each key, as a JSON object. */
    public static <T> Blob<T> object() {
        return new Blob<>(Shape.OBJECT, Map.of());
    }

    /** The records of a partition as a JSON array of objects. */
    public static <T> Blob<T> arrayOfObjects() {
        return new Blob<>(Shape.ARRAY_OF_OBJECTS, Map.of());
    }

    /** The records of a partition as a JSON array of scalars, the given field being the scalar. */
    public static <T> Blob<T> arrayOf(FieldRef<T, ?> element) {
        return new Blob<T>(Shape.ARRAY_OF_SCALARS, Map.of()).place(element, Place.of(Source.ELEMENT));
    }

    /** Puts the field at a path of member names joined by dots, for example {@code imageLinks.thumbnail}. */
    public Blob<T> at(FieldRef<T, ?> field, String path) {
        Place old = placeOf(field);
        Source source = old.source() == Source.KEY_AND_MEMBER ? Source.KEY_AND_MEMBER : Source.MEMBER;
        return place(
                field, new Place(source, List.of(path.split("\\.", -1)), old.form(), old.plusMillis(), old.former()));
    }

    /**
     * Names a path at which the field was in the past. The field is read from there if it is missing at its own path, and only written
     * to its own path, so code that only knows the former path must no longer run. Of several former paths the oldest one comes first.
     * {@linkplain #contentId Content ids} are computed with that one, so it has to stay in a type that has such ids.
     */
    public Blob<T> formerlyAt(FieldRef<T, ?> field, String path) {
        Place old = placeOf(field);
        List<List<String>> former = new ArrayList<>(old.former());
        former.add(List.of(path.split("\\.", -1)));
        return place(field, new Place(old.source(), old.path(), old.form(), old.plusMillis(), former));
    }

    /** Writes the field's value in the given form. */
    public Blob<T> as(FieldRef<T, ?> field, Form form) {
        Place old = placeOf(field);
        return place(field, new Place(old.source(), old.path(), form, old.plusMillis(), old.former()));
    }

    /** Adds a duration to an instant when it is read: for an expiry of which the blob only has the time of writing. */
    public Blob<T> plus(FieldRef<T, ?> field, Duration later) {
        Place old = placeOf(field);
        return place(field, new Place(old.source(), old.path(), old.form(), later.toMillis(), old.former()));
    }

    /** Says that a variable of the key is also a member of the object, under its own name. */
    public Blob<T> alsoMember(FieldRef<T, ?> field) {
        Place old = placeOf(field);
        return place(field, new Place(Source.KEY_AND_MEMBER, old.path(), old.form(), old.plusMillis(), old.former()));
    }

    /**
     * Lets a JSON field take all members that no other field names, so that nothing of a blob is lost. A record that is written without
     * them loses them.
     */
    public Blob<T> rest(FieldRef<T, ?> field) {
        return place(field, Place.of(Source.REST));
    }

    /** Lets a JSON field take the metadata that the store keeps beside the value. */
    public Blob<T> metadata(FieldRef<T, ?> field) {
        return place(field, Place.of(Source.METADATA));
    }

    /** Lets an instant be the expiry that the store keeps beside the value. */
    public Blob<T> expiry(FieldRef<T, ?> field) {
        return place(field, Place.of(Source.EXPIRY));
    }

    /** Makes a text field a deterministic id, computed from the partition, the content and the number of equal items before. */
    public Blob<T> contentId(FieldRef<T, ?> field) {
        return place(field, Place.of(Source.CONTENT_ID));
    }

    /**
     * Lets a boolean field say whether the scalar was a JSON number: true if it was, missing if it was a string. For a scalar of the form
     * {@link Form#STRING_OR_INTEGER}, which is then written as it was read.
     */
    public Blob<T> elementIsNumber(FieldRef<T, ?> field) {
        return place(field, Place.of(Source.ELEMENT_IS_NUMBER));
    }

    /** Leaves the field out of the blob, as it always has its default value; any other value is refused. */
    public Blob<T> constant(FieldRef<T, ?> field) {
        return place(field, Place.of(Source.CONSTANT));
    }

    /** Leaves the field out of the blob: it is read as its default value, or as missing. Every plan of a migration names it. */
    public Blob<T> notCarried(FieldRef<T, ?> field) {
        return place(field, Place.of(Source.NOT_CARRIED));
    }

    Shape shape() {
        return shape;
    }

    Map<String, Place> places() {
        return places;
    }

    private Place placeOf(FieldRef<T, ?> field) {
        String name = NamedField.of(field);
        return places.getOrDefault(name, member(name));
    }

    static Place member(String name) {
        return new Place(Source.MEMBER, List.of(name), Form.NATURAL, 0, List.of());
    }

    private Blob<T> place(FieldRef<T, ?> field, Place place) {
        Map<String, Place> copy = new LinkedHashMap<>(places);
        copy.put(NamedField.of(field), place);
        return new Blob<>(shape, copy);
    }
}
