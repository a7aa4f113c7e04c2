package io.storeway;

import io.storeway.internal.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values that name a partition or a record, in the order of the entity type's key fields.
 *
 * @param values the values, none of them null
 */
public record Key(List<Object> values) {

    /** The key without values: that of the only partition of a type whose key has no fields. */
    public static final Key EMPTY = new Key(List.of());

    /** Copies the values. */
    public Key {
        values = List.copyOf(values);
    }

    /** A key of the given values. */
    public static Key of(Object... values) {
        return new Key(List.of(values));
    }

    /** This key followed by another. */
    public Key append(Key other) {
        List<Object> all = new ArrayList<>(values);
        all.addAll(other.values);
        return new Key(all);
    }

    Key with(int index, Object value) {
        List<Object> changed = new ArrayList<>(values);
        changed.set(index, value);
        return new Key(changed);
    }

    /**
     * The key as one text, different for different keys of the same types: the formatted values with {@code %}, {@code :}
     * and control characters percent-encoded, joined by colons.
     */
    public String text(List<? extends Field<?, ?>> fields) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.append(':');
            }
            out.append(KeyText.escape(fields.get(i).type().format(values.get(i))));
        }
        return out.toString();
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException if the text was not written for these fields
     */
    public static Key parse(String text, List<? extends Field<?, ?>> fields) {
        if (fields.isEmpty() && text.isEmpty()) {
            return EMPTY;
        }
        String[] parts = text.split(":", -1);
        if (parts.length != fields.size()) {
            throw new IllegalArgumentException(
                    "The key has " + parts.length + " parts where " + fields.size() + " are expected");
        }
        List<Object> values = new ArrayList<>(parts.length);
        for (int i = 0; i < parts.length; i++) {
            values.add(fields.get(i).type().parse(KeyText.unescape(parts[i])));
        }
        return new Key(values);
    }

    /** A form for logs and errors from which the values can't be read: a short hash. */
    public String redacted() {
        return "#" + Sha256.hex(values.toString(), 6);
    }

    /** Equal to a key of equal values; bytes are equal by their content. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Key key) || values.size() != key.values.size()) {
            return false;
        }
        for (int i = 0; i < values.size(); i++) {
            if (!same(values.get(i), key.values.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(Object one, Object other) {
        return one.equals(other)
                || (one instanceof byte[] left && other instanceof byte[] right && Arrays.equals(left, right));
    }

    @Override
    public int hashCode() {
        return Values.hashOfAll(values);
    }

    /** The redacted form, so that a key in a message gives nothing away. */
    @Override
    public String toString() {
        return redacted();
    }
}
