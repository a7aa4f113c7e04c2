package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses conditions that are too large for one of the engines, so that all engines refuse the same ones, and conditions on fields of
 * another type.
 */
final class ConditionRules {

    private static final int MAX_LEVELS = 200;
    private static final int MAX_PARTS = 10_000;

    private final EntityType<?> type;
    private int parts;

    private ConditionRules(EntityType<?> type) {
        this.type = type;
    }

    static void check(EntityType<?> type, Condition<?> condition) {
        String reason = new ConditionRules(type).fault(condition, 1);
        if (!reason.isEmpty()) {
            throw new InvalidValueException(
                    "condition", reason, new ErrorContext("query", null, type.name(), null), null);
        }
    }

    private String fault(Condition<?> condition, int level) {
        if (condition == null) {
            throw new IllegalArgumentException(
                    "A condition of a query of " + type.name() + " is null; without one, all records are meant");
        }
        if (level > MAX_LEVELS) {
            return "it is nested more than " + MAX_LEVELS + " levels deep; bring it into a simpler form";
        }
        if (++parts > MAX_PARTS) {
            return "it has more than " + MAX_PARTS + " parts; use in(…) for many values of a field, or several queries";
        }
        Field<?, ?> field = field(condition);
        if (field != null) {
            type.requireField(field);
        }
        for (Condition<?> part : parts(condition)) {
            String fault = fault(part, level + 1);
            if (!fault.isEmpty()) {
                return fault;
            }
        }
        return "";
    }

    private static List<? extends Condition<?>> parts(Condition<?> condition) {
        if (condition instanceof Condition.And<?> and) {
            return and.conditions();
        }
        if (condition instanceof Condition.Or<?> or) {
            return or.conditions();
        }
        return condition instanceof Condition.Not<?> not ? List.of(not.condition()) : List.of();
    }

    private static @Nullable Field<?, ?> field(Condition<?> condition) {
        if (condition instanceof Condition.Compare<?> compare) {
            return compare.field();
        }
        if (condition instanceof Condition.In<?> in) {
            return in.field();
        }
        if (condition instanceof Condition.Text<?> text) {
            return text.field();
        }
        return condition instanceof Condition.IsNull<?> missing ? missing.field() : null;
    }
}
