package io.storeway.examples.bookstrack;

import org.jspecify.annotations.Nullable;

/** The service that books come from gave no answer, or none that can be used. Nothing was stored. */
final class BookServiceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BookServiceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
