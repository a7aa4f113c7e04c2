package io.storeway;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A condition on the fields of a record, made by {@link Field}'s methods and combined by {@link #and}, {@link #or} and
 * {@link #not}. Either true or false on every record: a comparison with a missing value is false, its negation true.
 *
 * <p>A value that the field can't hold, such as a number with too many decimals, is refused with an {@link
 * io.storeway.error.InvalidValueException}; a comparison that the field's type doesn't have, such as less or greater of JSON, with an
 * {@link IllegalArgumentException}.
 *
 * @param <T> the record
 */
public sealed interface Condition<T> {

    /** How two values are compared. */
    enum Operator {
        /** Equal. */
        EQ,
        /** Less. */
        LT,
        /** Less or equal. */
        LE,
        /** Greater. */
        GT,
        /** Greater or equal. */
        GE
    }

    /** Both hold. */
    default Condition<T> and(Condition<T> other) {
        return new And<>(joined(this instanceof And<T> and ? and.conditions() : List.of(this), other));
    }

    /** At least one holds. */
    default Condition<T> or(Condition<T> other) {
        return new Or<>(joined(this instanceof Or<T> or ? or.conditions() : List.of(this), other));
    }

    private static <T> List<Condition<T>> joined(List<Condition<T>> conditions, Condition<T> last) {
        if (last == null) {
            throw new IllegalArgumentException("A condition is joined with null");
        }
        List<Condition<T>> joined = new ArrayList<>(conditions.size() + 1);
        joined.addAll(conditions);
        joined.add(last);
        return Collections.unmodifiableList(joined);
    }

    /** The opposite. */
    default Condition<T> not() {
        return new Not<>(this);
    }

    /** Whether the condition holds for a row of the same entity type. */
    boolean matches(Row row);

    /** A comparison of a field with a stored value. */
    record Compare<T>(Field<T, ?> field, Operator operator, Object value) implements Condition<T> {
        @Override
        public boolean matches(Row row) {
            Object actual = row.get(field.index());
            if (actual == null) {
                return false;
            }
            if (operator == Operator.EQ) {
                return Values.equal(field.type(), actual, value)
                        || (field.type().ordered() && field.type().compare(actual, value) == 0);
            }
            int order = field.type().compare(actual, value);
            return switch (operator) {
                case EQ -> order == 0;
                case LT -> order < 0;
                case LE -> order <= 0;
                case GT -> order > 0;
                case GE -> order >= 0;
            };
        }
    }

    /** Equality with one of several stored values. */
    record In<T>(Field<T, ?> field, List<Object> values) implements Condition<T> {
        @Override
        public boolean matches(Row row) {
            return values.stream().anyMatch(value -> new Compare<>(field, Operator.EQ, value).matches(row));
        }
    }

    /** A text that starts with, or contains, a literal part. */
    record Text<T>(Field<T, ?> field, String part, boolean prefix) implements Condition<T> {
        @Override
        public boolean matches(Row row) {
            String actual = (String) row.get(field.index());
            return actual != null && (prefix ? actual.startsWith(part) : actual.contains(part));
        }
    }

    /** A missing value. */
    record IsNull<T>(Field<T, ?> field) implements Condition<T> {
        @Override
        public boolean matches(Row row) {
            return row.get(field.index()) == null;
        }
    }

    /** All conditions hold; true if there are none. */
    record And<T>(List<Condition<T>> conditions) implements Condition<T> {
        @Override
        public boolean matches(Row row) {
            return conditions.stream().allMatch(condition -> condition.matches(row));
        }
    }

    /** At least one condition holds; false if there are none. */
    record Or<T>(List<Condition<T>> conditions) implements Condition<T> {
        @Override
        public boolean matches(Row row) {
            return conditions.stream().anyMatch(condition -> condition.matches(row));
        }
    }

    /** The opposite. */
    record Not<T>(Condition<T> condition) implements Condition<T> {
        @Override
        public boolean matches(Row row) {
            return !condition.matches(row);
        }
    }
}
