package io.storeway.cli.catalog;

import org.jspecify.annotations.Nullable;

/** A catalog file can't be used. The message says which file, where in it, why, and what would be allowed. */
public final class CatalogException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CatalogException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
