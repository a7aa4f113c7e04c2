package io.storeway.migrate.internal;

import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Reference;
import io.storeway.Row;
import io.storeway.UnitOfWork;
import io.storeway.spi.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that refer to rows. */
public final class References {

    /** For how many parents one query asks; a key-value store reads the whole type for each. */
    private static final int TOGETHER = 500;

    private References() {}

    /** The rows of a type that refer to one of the parents, as a unit sees them. */
    public static List<Row> rows(UnitOfWork unit, EntityType<?> child, Reference reference, List<Key> parents) {
        List<Row> rows = new ArrayList<>();
        for (int from = 0; from < parents.size(); from += TOGETHER) {
            rows.addAll(
                    typed(unit, child, reference, parents.subList(from, Math.min(parents.size(), from + TOGETHER))));
        }
        return rows;
    }

    private static <T> List<Row> typed(UnitOfWork unit, EntityType<T> child, Reference reference, List<Key> parents) {
        Selection selection = new Selection(
                null,
                naming(child.fields().get(field(reference).index()), parents),
                child.key().stream().map(Field::ascending).toList(),
                null,
                Integer.MAX_VALUE);
        return unit.repository(child).rows().select(child, selection);
    }

    private static <T> Condition<T> naming(Field<T, ?> field, List<Key> parents) {
        List<Object> values =
                parents.stream().map(parent -> parent.values().get(0)).toList();
        return values.size() == 1
                ? new Condition.Compare<>(field, Condition.Operator.EQ, values.get(0))
                : new Condition.In<>(field, values);
    }

    /** The key of the row to which a row refers, or null if it refers to none. */
    public static @Nullable Key parent(Reference reference, Row row) {
        Object value = row.get(field(reference).index());
        return value == null ? null : Key.of(value);
    }

    /** The only field of a reference: a type to which others refer has a key of one field, of the same type as theirs. */
    private static Field<?, ?> field(Reference reference) {
        return reference.fields().get(0);
    }
}
