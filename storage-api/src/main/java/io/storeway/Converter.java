package io.storeway;

import java.util.function.Function;

/**
 * Stores and reads values of a Java type that fields don't support by themselves, for {@link EntityTypeBuilder#convert}. Stateless, or
 * thread-safe.
 *
 * <p>Neither method is ever given null. If one throws or returns null, the record is refused with an {@link
 * io.storeway.error.InvalidValueException} that names the field. The message of an IllegalArgumentException becomes its reason, so it
 * must not contain the value. A record is only written if an equal value can be made from the stored one, so that nothing is altered
 * silently. Therefore the Java type has to define equality by value.
 *
 * <pre>{@code
 * static final Converter<Currency, String> CURRENCY =
 *         Converter.of(Currency.class, FieldType.TEXT, Currency::getCurrencyCode, Currency::getInstance);
 * }</pre>
 *
 * @param <J> the value as the record holds it
 * @param <V> the value as it is stored: the {@linkplain FieldType#javaType() Java type} of the field's type
 */
public interface Converter<J, V> {

    /** The class of the values in records. */
    Class<J> javaType();

    /** The type of the stored values. */
    FieldType type();

    /** The stored form of a record's value. */
    V toStored(J value);

    /** The record's value of a stored one. */
    J fromStored(V stored);

    /** A converter of two functions. */
    static <J, V> Converter<J, V> of(
            Class<J> javaType,
            FieldType type,
            Function<? super J, ? extends V> toStored,
            Function<? super V, ? extends J> fromStored) {
        return new Converter<>() {
            @Override
            public Class<J> javaType() {
                return javaType;
            }

            @Override
            public FieldType type() {
                return type;
            }

            @Override
            public V toStored(J value) {
                return toStored.apply(value);
            }

            @Override
            public J fromStored(V stored) {
                return fromStored.apply(stored);
            }
        };
    }
}
