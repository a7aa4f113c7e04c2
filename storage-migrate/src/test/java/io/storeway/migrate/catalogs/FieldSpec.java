package io.storeway.migrate.catalogs;

import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Row;
import io.storeway.layout.KeyValueLayout.Form;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field as the generator has thought it up.
 *
 * @param pool the values that records get; few, so that records meet
 * @param column the column's name, or null for the one that is derived
 * @param allowed a subset of the pool that a check allows; empty without such a check
 * @param bounds the least and the greatest value that a check allows; empty without such a check
 */
record FieldSpec(
        String name,
        FieldType type,
        boolean nullable,
        List<Object> pool,
        @Nullable Object defaultValue,
        @Nullable String column,
        List<Object> allowed,
        List<Object> bounds,
        Spot spot) {

    /** Where a field lies in a blob. */
    enum Place {
        PLAIN,
        ALSO_MEMBER,
        ELEMENT,
        ELEMENT_IS_NUMBER,
        REST,
        METADATA,
        EXPIRY,
        CONTENT_ID,
        CONSTANT,
        NOT_CARRIED
    }

    /**
     * The whole of what the layout says of a field.
     *
     * @param path the member, or null for the field's name
     * @param former where the member was before, or null
     */
    record Spot(
            Place place, @Nullable String path, @Nullable String former, Form form, Duration plus) {

        static final Spot PLAIN = at(Place.PLAIN);

        static Spot at(Place place) {
            return new Spot(place, null, null, Form.NATURAL, Duration.ZERO);
        }
    }

    static FieldSpec of(String name, FieldType type, List<Object> pool) {
        return new FieldSpec(name, type, false, pool, null, null, List.of(), List.of(), Spot.PLAIN);
    }

    FieldRef<Row, @Nullable Object> ref() {
        return FieldRef.named(name);
    }

    FieldSpec optional() {
        return new FieldSpec(name, type, true, pool, defaultValue, column, allowed, bounds, spot);
    }

    FieldSpec required() {
        return new FieldSpec(name, type, false, pool, defaultValue, column, allowed, bounds, spot);
    }

    FieldSpec typed(FieldType other) {
        return new FieldSpec(name, other, nullable, pool, defaultValue, column, allowed, bounds, spot);
    }

    FieldSpec holding(List<Object> values) {
        return new FieldSpec(name, type, nullable, values, defaultValue, column, allowed, bounds, spot);
    }

    FieldSpec defaulting(@Nullable Object value) {
        return new FieldSpec(name, type, nullable, pool, value, column, allowed, bounds, spot);
    }

    FieldSpec inColumn(@Nullable String other) {
        return new FieldSpec(name, type, nullable, pool, defaultValue, other, allowed, bounds, spot);
    }

    FieldSpec allowing(List<Object> values) {
        return new FieldSpec(name, type, nullable, pool, defaultValue, column, values, List.of(), spot);
    }

    FieldSpec between(List<Object> lowAndHigh) {
        return new FieldSpec(name, type, nullable, pool, defaultValue, column, List.of(), lowAndHigh, spot);
    }

    FieldSpec lying(Spot other) {
        return new FieldSpec(name, type, nullable, pool, defaultValue, column, allowed, bounds, other);
    }

    FieldSpec named(String other) {
        return new FieldSpec(other, type, nullable, pool, defaultValue, column, allowed, bounds, spot);
    }

    /** Whether blobs keep whatever value the field has. */
    boolean free() {
        return spot.place() == Place.PLAIN || spot.place() == Place.ALSO_MEMBER;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name + " " + type);
        if (nullable) {
            text.append(" nullable");
        }
        if (defaultValue != null) {
            text.append(" default ").append(Texts.of(defaultValue));
        }
        if (column != null) {
            text.append(" column ").append(column);
        }
        if (!allowed.isEmpty()) {
            text.append(" one of ").append(Texts.of(allowed));
        }
        if (!bounds.isEmpty()) {
            text.append(" range ").append(Texts.of(bounds));
        }
        if (!spot.equals(Spot.PLAIN)) {
            text.append(' ').append(spot);
        }
        return text.toString();
    }
}
