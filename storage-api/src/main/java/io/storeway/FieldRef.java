package io.storeway;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Names a field: by a method reference to a record's accessor, as in {@code Book::isbn}, or by {@link #named} for a type without a class.
 * Resolved once, when the entity type is built.
 *
 * @param <T> the record
 * @param <V> the value
 */
@FunctionalInterface
public interface FieldRef<T, V extends @Nullable Object> extends Serializable {

    /** The value of the field in a record. */
    @Nullable
    V get(T item);

    /** A reference by name, for entity types of {@link Row}s. */
    static FieldRef<Row, @Nullable Object> named(String name) {
        return new NamedField(name);
    }
}
