package io.storeway;

import java.util.List;

/**
 * The rule that a record refers to an existing record.
 *
 * @param name the name of the constraint
 * @param fields the fields that hold the other record's key; a record with one of them missing refers to nothing
 * @param target the entity type to which it refers
 * @param onDelete what happens to the record when the other one is deleted
 */
public record Reference(String name, List<? extends Field<?, ?>> fields, EntityType<?> target, OnDelete onDelete) {

    /** Copies the list. */
    public Reference {
        fields = List.copyOf(fields);
    }
}
