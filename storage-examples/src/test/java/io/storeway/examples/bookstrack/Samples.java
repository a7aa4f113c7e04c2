package io.storeway.examples.bookstrack;

import io.storeway.Storage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Books and entries for tests. */
final class Samples {

    private Samples() {}

    static Book book(String isbn, String title, int year, String... authors) {
        return new Book(
                isbn,
                title,
                List.of(authors),
                null,
                year,
                null,
                null,
                "eng",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    static LibraryEntry entry(
            String user, String isbn, Status status, @Nullable Integer rating, @Nullable Instant addedAt) {
        return new LibraryEntry(user, isbn, status, rating, null, addedAt, null, null, null);
    }

    /** Twenty books, and three libraries with ten of them. */
    static void fill(Storage storage) {
        for (int i = 0; i < 20; i++) {
            storage.repository(Book.BOOKS)
                    .insert(book("97800000000" + (10 + i), "Book " + i, 1990 + i % 5, "A" + i % 3));
        }
        for (int user = 1; user <= 3; user++) {
            for (int i = 0; i < 10; i++) {
                storage.repository(LibraryEntry.LIBRARY)
                        .insert(entry(
                                "u" + user,
                                "97800000000" + (10 + i * user % 20 + i / 10),
                                Status.COMPLETED,
                                1 + i % 5,
                                null));
            }
        }
    }
}
