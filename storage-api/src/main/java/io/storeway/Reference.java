package io.storeway;

import java.util.List;

/**
 * A rule that every record names a record which exists.
 *
 * @param name the name of the constraint
 * @param fields the fields that hold the other record's key; if one of them has no value, nothing is referred to
 * @param target the entity type referred to
 * @param onDelete what becomes of the record when the other is deleted
 */
public record Reference(String name, List<? extends Field<?, ?>> fields, EntityType<?> target, OnDelete onDelete) {

    /** Copies the list. */
    public Reference {
        fields = List.copyOf(fields);
    }
}
