package io.storeway.examples.bookstrack;

import io.storeway.Converter;
import io.storeway.FieldType;
import java.util.Locale;

/** How far a reader has come with a book; stored in lower case. */
public enum Status {
    /** On the list. */
    WANT_TO_READ,
    /** Begun. */
    READING,
    /** Read. */
    COMPLETED;

    static final Converter<Status, String> TEXT = Converter.of(Status.class, FieldType.TEXT, Status::text, Status::of);

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Status of(String text) {
        for (Status status : values()) {
            if (status.text().equals(text)) {
                return status;
            }
        }
        throw new IllegalArgumentException("a status must be want_to_read, reading or completed");
    }
}
