package io.storeway;

import java.util.List;

/**
 * A rule that no two records agree in all of the fields. A record that lacks one of the values agrees with none.
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
