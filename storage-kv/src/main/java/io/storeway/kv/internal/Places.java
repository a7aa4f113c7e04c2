package io.storeway.kv.internal;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.layout.KeyValueLayout.Source;
import java.util.List;
import java.util.Optional;

/** Finds fields by where the layout keeps them. */
final class Places {

    private Places() {}

    static List<? extends Field<?, ?>> all(EntityType<?> type, Source source) {
        return type.fields().stream()
                .filter(field -> type.keyValue().place(field.index()).source() == source)
                .toList();
    }

    /** The field that is kept there, for sources of which a type has at most one. */
    static Optional<? extends Field<?, ?>> only(EntityType<?> type, Source source) {
        return all(type, source).stream().findFirst();
    }

    static int indexOf(EntityType<?> type, Source source) {
        return only(type, source).map(Field::index).orElse(-1);
    }
}
