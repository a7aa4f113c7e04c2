package io.storeway.examples.bookstrack;

import org.jspecify.annotations.Nullable;

/** The book service did not answer, or its answer can't be used. Nothing was stored. */
final class BookServiceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BookServiceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
