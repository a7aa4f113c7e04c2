package io.storeway;

import java.util.List;

/**
 * The rule that no two records have the same values in all of the fields. A record with one of the values missing can't break it.
 *
 * @param name the name of the constraint
 * @param fields the fields, in order
 */
public record UniqueKey(String name, List<? extends Field<?, ?>> fields) {

    /** Copies the list. */
    public UniqueKey {
        fields = List.copyOf(fields);
    }
}
