package io.storeway.examples.bookstrack;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldType;
import io.storeway.FieldType.TimeUnit;
import io.storeway.Json;
import io.storeway.layout.KeyValueLayout.Form;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A book: a JSON object under the key {@code book:isbn:9780143034902}, or a row of the table {@code Books}. Members of the
 * object that no component names are kept in {@code extra}, so that the blob can be written back from the row unchanged.
 *
 * @param coverUrl the larger of the two pictures
 * @param metadata the metadata of the entry in the key-value store
 * @param expiresAt the expiry of the entry in the key-value store; a row only keeps it and does not expire
 */
public record Book(
        String isbn,
        String title,
        List<String> authors,
        @Nullable Json authorsDetailed,
        @Nullable Integer publicationYear,
        @Nullable String publisher,
        @Nullable Integer pageCount,
        @Nullable String language,
        @Nullable List<String> categories,
        @Nullable String description,
        @Nullable String coverUrl,
        @Nullable String thumbnailUrl,
        @Nullable Double averageRating,
        @Nullable Integer ratingsCount,
        @Nullable Json extra,
        @Nullable Json metadata,
        @Nullable Instant expiresAt) {

    /** How books are stored. */
    public static final EntityType<Book> BOOKS = EntityType.of(Book.class)
            .named("books")
            .identifiedBy(Book::isbn)
            .nullable(Book::authorsDetailed, Book::publicationYear, Book::publisher, Book::pageCount, Book::language)
            .nullable(Book::categories, Book::description, Book::coverUrl, Book::thumbnailUrl)
            .nullable(Book::averageRating, Book::ratingsCount, Book::extra, Book::metadata, Book::expiresAt)
            .type(Book::expiresAt, FieldType.instant(TimeUnit.SECONDS))
            .keyValue(
                    "book:isbn:{isbn}",
                    Blob.<Book>object()
                            .alsoMember(Book::isbn)
                            .at(Book::publicationYear, "publishedDate")
                            .as(Book::publicationYear, Form.STRING)
                            .at(Book::coverUrl, "imageLinks.medium")
                            .at(Book::thumbnailUrl, "imageLinks.thumbnail")
                            .rest(Book::extra)
                            .metadata(Book::metadata)
                            .expiry(Book::expiresAt))
            .sql(table -> table.table("Books").index(Book::publicationYear).index(Book::language))
            .build();

    static final Field<Book, @Nullable Integer> YEAR = BOOKS.field(Book::publicationYear);
}
