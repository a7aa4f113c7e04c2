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

/** Rows that refer to a row. */
public final class References {

    private References() {}

    /** The rows of a type that refer to the parent, as a unit sees them. */
    public static List<Row> rows(UnitOfWork unit, EntityType<?> child, Reference reference, Key parent) {
        return typed(unit, child, reference, parent);
    }

    private static <T> List<Row> typed(UnitOfWork unit, EntityType<T> child, Reference reference, Key parent) {
        List<Condition<T>> equal = new ArrayList<>();
        for (int i = 0; i < reference.fields().size(); i++) {
            Field<T, ?> field = child.fields().get(reference.fields().get(i).index());
            equal.add(new Condition.Compare<>(
                    field, Condition.Operator.EQ, parent.values().get(i)));
        }
        Selection selection = new Selection(
                null,
                new Condition.And<>(equal),
                child.key().stream().map(Field::ascending).toList(),
                null,
                Integer.MAX_VALUE);
        return unit.repository(child).rows().select(child, selection);
    }

    /** Whether the row refers to the parent. */
    public static boolean names(Reference reference, Row row, Key parent) {
        for (int i = 0; i < reference.fields().size(); i++) {
            Field<?, ?> field = reference.fields().get(i);
            Object value = row.get(field.index());
            if (value == null
                    || !(field.type().ordered()
                            ? field.type().compare(value, parent.values().get(i)) == 0
                            : value.equals(parent.values().get(i)))) {
                return false;
            }
        }
        return true;
    }
}
