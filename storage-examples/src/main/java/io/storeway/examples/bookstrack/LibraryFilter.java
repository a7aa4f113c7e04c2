package io.storeway.examples.bookstrack;

import io.storeway.Linked;
import io.storeway.Query;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of a library to list. A null component allows every value.
 *
 * @param rating the least number of stars
 * @param year the year of publication
 * @param addedIn the year, in UTC, in which the reader put it into the library
 */
record LibraryFilter(
        @Nullable Status status,
        @Nullable Integer rating,
        @Nullable Integer year,
        @Nullable Integer addedIn) {

    /** Every book. */
    static final LibraryFilter ALL = new LibraryFilter(null, null, null, null);

    LibraryFilter status(Status wanted) {
        return new LibraryFilter(wanted, rating, year, addedIn);
    }

    LibraryFilter rating(int atLeast) {
        return new LibraryFilter(status, atLeast, year, addedIn);
    }

    LibraryFilter year(int published) {
        return new LibraryFilter(status, rating, published, addedIn);
    }

    LibraryFilter addedIn(int added) {
        return new LibraryFilter(status, rating, year, added);
    }

    /** Adds the conditions on fields of the entry to a query. */
    Query<LibraryEntry> onEntries(Query<LibraryEntry> entries) {
        Query<LibraryEntry> narrowed = entries;
        if (status != null) {
            narrowed = narrowed.where(LibraryEntry.STATUS.eq(status));
        }
        if (rating != null) {
            narrowed = narrowed.where(LibraryEntry.RATING.ge(rating));
        }
        if (addedIn != null) {
            narrowed = narrowed.where(LibraryEntry.ADDED_AT
                    .ge(LocalDate.of(addedIn, 1, 1).atStartOfDay().toInstant(ZoneOffset.UTC))
                    .and(LibraryEntry.ADDED_AT.lt(
                            LocalDate.of(addedIn + 1, 1, 1).atStartOfDay().toInstant(ZoneOffset.UTC))));
        }
        return narrowed;
    }

    /** Whether the entry's book passes; a query of entries can't ask for fields of the book. */
    boolean acceptsBook(Linked<LibraryEntry, Book> shelved) {
        Book book = shelved.target();
        return year == null || (book != null && year.equals(book.publicationYear()));
    }
}
