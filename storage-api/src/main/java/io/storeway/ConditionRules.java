package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import java.util.List;

/** Refuses conditions that some engine has no room for, so that all of them refuse the same. */
final class ConditionSize {

    private static final int MAX_LEVELS = 200;
    private static final int MAX_PARTS = 10_000;

    private int parts;

    private ConditionSize() {}

    static void check(EntityType<?> type, Condition<?> condition) {
        String reason = new ConditionSize().fault(condition, 1);
        if (!reason.isEmpty()) {
            throw new InvalidValueException(
                    "condition", reason, new ErrorContext("query", null, type.name(), null), null);
        }
    }

    private String fault(Condition<?> condition, int level) {
        if (level > MAX_LEVELS) {
            return "it is nested more than " + MAX_LEVELS + " levels deep; bring it into a simpler form";
        }
        if (++parts > MAX_PARTS) {
            return "it has more than " + MAX_PARTS + " parts; use in(…) for many values of a field, or several queries";
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
}
