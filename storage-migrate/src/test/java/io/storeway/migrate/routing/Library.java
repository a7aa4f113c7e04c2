package io.storeway.migrate.routing;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import java.lang.invoke.MethodHandles;

/** Authors and the books that refer to them. By its name the type of books comes before the one that it refers to. */
final class Library {

    private Library() {}

    record Author(String id, String name) {}

    record Book(String isbn, String author) {}

    static final EntityType<Author> AUTHORS = EntityType.of(Author.class, MethodHandles.lookup())
            .named("writers")
            .identifiedBy(Author::id)
            .keyValue("author:{id}", Blob.object())
            .build();

    static EntityType<Book> books(EntityType<?> authors, OnDelete rule) {
        return EntityType.of(Book.class, MethodHandles.lookup())
                .named("books")
                .identifiedBy(Book::isbn)
                .references(Book::author, authors, rule)
                .keyValue("book:{isbn}", Blob.object())
                .build();
    }
}
