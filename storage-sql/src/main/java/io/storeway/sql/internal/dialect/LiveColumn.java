package io.storeway.sql.internal.dialect;

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
        @Nullable String generated) {}
