package io.storeway;

import java.util.function.Function;

/**
 * How a Java type that no field has is stored, and read again: for {@link EntityTypeBuilder#convert}. Stateless, or
 * thread-safe.
 *
 * <p>Neither method is ever given null. What they throw, and a null that they give, refuses the record with {@link
 * io.storeway.error.InvalidValueException} that names the field; the message of an IllegalArgumentException is its reason
 * and holds no value. A record is written only if the stored value gives back an equal one, so that nothing is altered
 * silently; hence the Java type has an equality by value.
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

    /** What is stored. */
    FieldType type();

    /** The stored value. */
    V toStored(J value);

    /** The value of a stored one. */
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
