package io.storeway;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One field of an entity type, as {@link EntityType#field} gives it; immutable.
 *
 * <pre>{@code
 * static final Field<WatchlistEntry, String> TICKER = WATCHLISTS.field(WatchlistEntry::ticker);
 * watchlists.where(TICKER.eq("SPY")).list();
 * }</pre>
 *
 * @param <T> the record
 * @param <V> the value as the record holds it
 */
public final class Field<T, V extends @Nullable Object> {

    private final String entity;
    private final String name;
    private final int index;
    private final FieldType type;
    private final boolean nullable;
    private final @Nullable Object defaultValue;
    private final ValueBinding binding;

    Field(
            String entity,
            String name,
            int index,
            FieldType type,
            boolean nullable,
            @Nullable Object defaultValue,
            ValueBinding binding) {
        this.entity = entity;
        this.name = name;
        this.index = index;
        this.type = type;
        this.nullable = nullable;
        this.defaultValue = defaultValue;
        this.binding = binding;
    }

    /** The name of the entity type that the field belongs to. */
    public String entity() {
        return entity;
    }

    /** The name, unique within the entity type. */
    public String name() {
        return name;
    }

    /** The position within the entity type's {@link EntityType#fields() fields} and within a {@link Row}. */
    public int index() {
        return index;
    }

    /** The type of the stored value. */
    public FieldType type() {
        return type;
    }

    /** Whether a record may lack the value. */
    public boolean nullable() {
        return nullable;
    }

    /** The value of the field if a blob doesn't have it; null if there is none. */
    public @Nullable Object defaultValue() {
        return defaultValue;
    }

    /** The field equals the value. A missing value equals nothing. */
    public Condition<T> eq(V value) {
        return compare(Condition.Operator.EQ, value);
    }

    /** The exact opposite of {@link #eq}: a missing value is not equal to any. */
    public Condition<T> ne(V value) {
        return eq(value).not();
    }

    /** The field is less than the value. */
    public Condition<T> lt(V value) {
        return compare(Condition.Operator.LT, value);
    }

    /** The field is less than or equal to the value. */
    public Condition<T> le(V value) {
        return compare(Condition.Operator.LE, value);
    }

    /** The field is greater than the value. */
    public Condition<T> gt(V value) {
        return compare(Condition.Operator.GT, value);
    }

    /** The field is greater than or equal to the value. */
    public Condition<T> ge(V value) {
        return compare(Condition.Operator.GE, value);
    }

    /** The field lies between two values, both included. */
    public Condition<T> between(V low, V high) {
        return ge(low).and(le(high));
    }

    /** The field equals one of the values. With an empty collection it is never true. */
    public Condition<T> in(Collection<? extends V> values) {
        return new Condition.In<>(this, values.stream().map(this::stored).toList());
    }

    /**
     * The text starts with the prefix, literally and with the case as given.
     *
     * @throws IllegalArgumentException if the field is not text
     */
    public Condition<T> startsWith(String prefix) {
        return new Condition.Text<>(this, requireText(prefix), true);
    }

    /**
     * The text contains the part, literally and with the case as given.
     *
     * @throws IllegalArgumentException if the field is not text
     */
    public Condition<T> contains(String part) {
        return new Condition.Text<>(this, requireText(part), false);
    }

    /** The value is missing. */
    public Condition<T> isNull() {
        return new Condition.IsNull<>(this);
    }

    /** Sorts by this field, least first, missing values before all others. */
    public Sort<T> ascending() {
        return new Sort<>(this, false);
    }

    /** Sorts by this field, greatest first, missing values after all others. */
    public Sort<T> descending() {
        return new Sort<>(this, true);
    }

    /** Whether two stored values of this field are the same value, or both missing. */
    public boolean equal(@Nullable Object left, @Nullable Object right) {
        if (left == null) {
            return right == null;
        }
        return right != null && Values.equal(type, left, right);
    }

    /**
     * The value as it is stored.
     *
     * @throws InvalidValueException if it can't be
     */
    Object toStored(Object value) {
        return converts() ? converted("bind", binding.toStored(), value) : value;
    }

    /**
     * The value as the record holds it.
     *
     * @throws InvalidValueException if the converter has no value for the stored one
     */
    Object fromStored(Object stored) {
        return converts() ? converted("read", binding.fromStored(), stored) : stored;
    }

    /** As {@link #fromStored}, also for a missing value, which only a nullable field can have. */
    @SuppressWarnings({"unchecked", "NullAway"}) // The binding gives values of the record's component.
    V valueOf(@Nullable Object stored) {
        return (V) (stored == null ? null : fromStored(stored));
    }

    /** Whether a record holds values in another form than the stored one. */
    boolean converts() {
        return binding.javaType() != null;
    }

    /** The stored form of a value of a key, which may be given in the record's form or in the stored form. */
    Object keyValue(Object given) {
        return converts() ? converted("key", binding::keyValue, given) : given;
    }

    private Object converted(String operation, Function<Object, Object> conversion, Object value) {
        try {
            return conversion.apply(value);
        } catch (RuntimeException e) {
            String reason = e instanceof IllegalArgumentException && e.getMessage() != null
                    ? e.getMessage()
                    : "its converter failed with " + e.getClass().getSimpleName();
            throw new InvalidValueException(name, reason, new ErrorContext(operation, null, entity, null), e);
        }
    }

    private Condition<T> compare(Condition.Operator operator, V value) {
        if (operator != Condition.Operator.EQ && !type.ordered()) {
            throw new IllegalArgumentException(name + " has no order: " + type);
        }
        return new Condition.Compare<>(this, operator, stored(value));
    }

    private Object stored(V value) {
        if (value == null) {
            throw comparedWithNull();
        }
        return converted("query", type::normalize, toStored(value));
    }

    private String requireText(String text) {
        if (type.kind() != FieldType.Kind.TEXT) {
            throw new IllegalArgumentException(name + " is not text: " + type);
        }
        if (text == null) {
            throw comparedWithNull();
        }
        return (String) converted("query", type::normalize, text);
    }

    private IllegalArgumentException comparedWithNull() {
        return new IllegalArgumentException(name + " is compared with null; use isNull()");
    }

    /** The entity type, name and type, for example {@code books.title text}. */
    @Override
    public String toString() {
        return entity + "." + name + " " + type;
    }

    static List<String> names(List<? extends Field<?, ?>> fields) {
        return fields.stream().map(Field::name).toList();
    }
}
