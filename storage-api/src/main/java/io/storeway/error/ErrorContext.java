package io.storeway.error;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where an error happened.
 *
 * @param operation what was asked, for example {@code insert}
 * @param backend the {@linkplain io.storeway.Storage#name() name} of the storage, or null before one is known
 * @param entity the name of the entity type, or null if none is concerned
 * @param key the key in its {@linkplain io.storeway.Key#redacted() redacted form}, or null if no single key is concerned
 */
public record ErrorContext(
        String operation,
        @Nullable String backend,
        @Nullable String entity,
        @Nullable String key) implements Serializable {

    /** A context that knows only the operation. */
    public static ErrorContext of(String operation) {
        return new ErrorContext(operation, null, null, null);
    }

    /** The text that ends an exception's message, for example {@code " [insert on sqlite, books #5c1f…]"}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(" [").append(operation);
        if (backend != null) {
            text.append(" on ").append(backend);
        }
        if (entity != null) {
            text.append(", ").append(entity);
        }
        if (key != null) {
            text.append(' ').append(key);
        }
        return text.append(']').toString();
    }
}
