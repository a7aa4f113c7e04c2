package io.storeway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one record by field position; immutable. Backends and migrations work on rows. For entity types without a Java class, the
 * row is the record.
 */
public final class Row {

    private final EntityType<?> type;
    private final @Nullable Object[] values;
    /** The record object that all who ask for this row's record get; or null if each gets its own. */
    private final @Nullable Object shared;

    private Row(EntityType<?> type, @Nullable Object[] values, @Nullable Object shared) {
        this.type = type;
        this.values = values;
        this.shared = shared;
    }

    /**
     * A row of checked values.
     *
     * @param values one per field, in order; the last ones may be left out
     * @throws io.storeway.error.InvalidValueException if a value can't be held exactly by its field
     */
    public static Row of(EntityType<?> type, @Nullable Object... values) {
        if (values.length > type.fields().size()) {
            throw new IllegalArgumentException(
                    type.name() + " has only " + type.fields().size() + " fields");
        }
        @Nullable Object[] checked = new @Nullable Object[type.fields().size()];
        for (int i = 0; i < values.length; i++) {
            checked[i] = type.normalize(i, values[i]);
        }
        return new Row(type, checked, null);
    }

    /**
     * A row over the array itself, without checks, for backends that have checked every value.
     *
     * @param values one per field; not to be changed afterwards
     */
    public static Row trusted(EntityType<?> type, @Nullable Object[] values) {
        return new Row(type, values, null);
    }

    /** This row with a record object to share. */
    Row sharing(Object one) {
        return new Row(type, values, one);
    }

    @Nullable
    Object shared() {
        return shared;
    }

    /** All values; the array must not be changed. */
    @Nullable
    Object[] values() {
        return values;
    }

    /** The entity type. */
    public EntityType<?> type() {
        return type;
    }

    /** The value at a field position. */
    public @Nullable Object get(int index) {
        return values[index];
    }

    /**
     * The value of the field with that name.
     *
     * @throws IllegalArgumentException if there is no such field
     */
    public @Nullable Object get(String name) {
        return values[type.field(name).index()];
    }

    /** A copy with another value at one position; the value isn't checked. */
    public Row with(int index, @Nullable Object value) {
        @Nullable Object[] copy = values.clone();
        copy[index] = value;
        return new Row(type, copy, null);
    }

    /** The values of the fields as a key. */
    public Key key(List<? extends Field<?, ?>> fields) {
        List<Object> key = new ArrayList<>(fields.size());
        for (Field<?, ?> field : fields) {
            Object value = values[field.index()];
            if (value == null) {
                throw new IllegalStateException(field + " is part of a key and has no value");
            }
            key.add(value);
        }
        return new Key(key);
    }

    /** The key of the record: its partition followed by its identity. */
    public Key key() {
        return key(type.key());
    }

    /** Equal to a row of the same entity type with equal values. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Row that) || (type != that.type && !comparable(type, that.type))) {
            return false;
        }
        for (Field<?, ?> field : type.fields()) {
            if (!field.equal(values[field.index()], that.values[field.index()])) {
                return false;
            }
        }
        return true;
    }

    /** Whether values of two types can be compared. Different versions of a type have one name, but maybe not the same kinds of fields. */
    private static boolean comparable(EntityType<?> one, EntityType<?> other) {
        if (!one.name().equals(other.name())
                || one.fields().size() != other.fields().size()) {
            return false;
        }
        for (int i = 0; i < one.fields().size(); i++) {
            if (one.fields().get(i).type().kind()
                    != other.fields().get(i).type().kind()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return Values.hashOfAll(Arrays.asList(values));
    }

    /** The entity type and the redacted key; no values. */
    @Override
    public String toString() {
        boolean keyed = type.key().stream().allMatch(field -> values[field.index()] != null);
        return type.name() + (keyed ? " " + key().redacted() : " without key");
    }
}
