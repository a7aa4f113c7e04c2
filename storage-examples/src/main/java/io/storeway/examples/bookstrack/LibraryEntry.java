package io.storeway.examples.bookstrack;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.FieldType.TimeUnit;
import io.storeway.Json;
import io.storeway.OnDelete;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A book in a reader's library: an item of the JSON array {@code library:42}, or a row of the table {@code UserLibrary}. */
public record LibraryEntry(
        String userId,
        String isbn,
        @Nullable Status status,
        @Nullable Integer rating,
        @Nullable String review,
        @Nullable Instant addedAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        @Nullable Json extra) {

    /** How library entries are stored. */
    public static final EntityType<LibraryEntry> LIBRARY = EntityType.of(LibraryEntry.class)
            .named("userLibrary")
            .partitionedBy(LibraryEntry::userId)
            .identifiedBy(LibraryEntry::isbn)
            .ordered()
            .nullable(LibraryEntry::status, LibraryEntry::rating, LibraryEntry::review, LibraryEntry::addedAt)
            .nullable(LibraryEntry::startedAt, LibraryEntry::completedAt, LibraryEntry::extra)
            .convert(LibraryEntry::status, Status.TEXT)
            .oneOf(LibraryEntry::status, "want_to_read", "reading", "completed")
            .range(LibraryEntry::rating, 1, 5)
            .type(LibraryEntry::addedAt, FieldType.instant(TimeUnit.SECONDS))
            .type(LibraryEntry::startedAt, FieldType.instant(TimeUnit.SECONDS))
            .type(LibraryEntry::completedAt, FieldType.instant(TimeUnit.SECONDS))
            .references(LibraryEntry::isbn, Book.BOOKS, OnDelete.CASCADE)
            .keyValue("library:{userId}", Blob.<LibraryEntry>arrayOfObjects().rest(LibraryEntry::extra))
            .sql(table -> table.table("UserLibrary")
                    .index(LibraryEntry::userId, LibraryEntry::status)
                    .index(LibraryEntry::userId, LibraryEntry::rating))
            .build();

    static final Field<LibraryEntry, @Nullable Status> STATUS = LIBRARY.field(LibraryEntry::status);
    static final Field<LibraryEntry, @Nullable Integer> RATING = LIBRARY.field(LibraryEntry::rating);
    static final Field<LibraryEntry, @Nullable Instant> ADDED_AT = LIBRARY.field(LibraryEntry::addedAt);
}
