package io.storeway.kv.internal;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.layout.KeyValueLayout.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds fields by where the layout keeps them. */
final class Places {

    private Places() {}

    static List<? extends Field<?, ?>> all(EntityType<?> type, Source source) {
        List<Field<?, ?>> found = new ArrayList<>();
        for (Field<?, ?> field : type.fields()) {
            if (type.keyValue().place(field.index()).source() == source) {
                found.add(field);
            }
        }
        return List.copyOf(found);
    }

    /** The field that is kept there, for sources of which a type has at most one. */
    static Optional<? extends Field<?, ?>> only(EntityType<?> type, Source source) {
        for (Field<?, ?> field : type.fields()) {
            if (type.keyValue().place(field.index()).source() == source) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    static int indexOf(EntityType<?> type, Source source) {
        return only(type, source).map(Field::index).orElse(-1);
    }
}
