package io.storeway.sql.internal.dialect;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table as the database has it.
 *
 * @param size the size of text, bytes or a decimal
 * @param hasDefault whether the engine has a value for it if an INSERT has none
 * @param generated what has to be altered so that the column takes values, or null if it takes them
 */
public record LiveColumn(
        String name,
        String type,
        int size,
        int decimals,
        boolean nullable,
        boolean hasDefault,
        @Nullable String generated) {

    /** The type for a message: with its size, which may be all that tells it from the type that is wanted. */
    public String sizedType() {
        String upper = type.toUpperCase(Locale.ROOT);
        if ((upper.equals("DECIMAL") || upper.equals("NUMERIC")) && size > 0 && size < 100_000) {
            return type + "(" + size + ", " + decimals + ")";
        }
        boolean text = (upper.contains("CHAR") || upper.contains("BINARY")) && !upper.contains("(");
        boolean limited = text && size > 0 && size < 1_000_000_000;
        return limited ? type + "(" + size + ")" : type;
    }
}
