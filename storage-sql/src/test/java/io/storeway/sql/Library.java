package io.storeway.sql;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.OnDelete;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entity types with every rule and every kind of field. */
final class Library {

    record Member(String id, String email) {}

    record Book(
            String isbn,
            String title,
            @Nullable Integer year,
            @Nullable String shelf) {}

    record Loan(String member, String isbn, int rating) {}

    record Note(String member, String text) {}

    record Ticker(String chat, String symbol, @Nullable String label) {}

    record Session(String id, String user, @Nullable Instant expires) {}

    record Everything(
            String id,
            @Nullable Boolean flag,
            @Nullable Integer small,
            @Nullable Long large,
            @Nullable Double real,
            @Nullable BigDecimal money,
            @Nullable Instant at,
            @Nullable LocalDate day,
            byte @Nullable [] raw,
            @Nullable Json tree,
            @Nullable List<String> tags) {}

    static final EntityType<Member> MEMBERS = EntityType.of(Member.class)
            .named("members")
            .identifiedBy(Member::id)
            .unique(Member::email)
            .build();

    static final EntityType<Book> BOOKS = EntityType.of(Book.class)
            .nullable(Book::year, Book::shelf)
            .named("books")
            .identifiedBy(Book::isbn)
            .sql(table -> table.index(Book::title))
            .build();

    static final EntityType<Loan> LOANS = EntityType.of(Loan.class)
            .named("loans")
            .partitionedBy(Loan::member)
            .identifiedBy(Loan::isbn)
            .references(Loan::member, MEMBERS, OnDelete.CASCADE)
            .references(Loan::isbn, BOOKS, OnDelete.RESTRICT)
            .range(Loan::rating, 1, 5)
            .build();

    static final EntityType<Note> NOTES = EntityType.of(Note.class)
            .named("notes")
            .partitionedBy(Note::member)
            .ordered()
            .build();

    static final EntityType<Ticker> TICKERS = EntityType.of(Ticker.class)
            .nullable(Ticker::label)
            .named("tickers")
            .partitionedBy(Ticker::chat)
            .identifiedBy(Ticker::symbol)
            .ordered()
            .keyValue("watchlist:{chat}", Blob.arrayOfObjects())
            .build();

    static final EntityType<Session> SESSIONS = EntityType.of(Session.class)
            .nullable(Session::expires)
            .named("sessions")
            .identifiedBy(Session::id)
            .unique(Session::user)
            .expiresAt(Session::expires)
            .build();

    static final EntityType<Everything> EVERYTHING = EntityType.of(Everything.class)
            .nullable(
                    Everything::flag,
                    Everything::small,
                    Everything::large,
                    Everything::real,
                    Everything::money,
                    Everything::at,
                    Everything::day,
                    Everything::raw,
                    Everything::tree,
                    Everything::tags)
            .named("everything")
            .identifiedBy(Everything::id)
            .type(Everything::money, FieldType.decimal(12, 2))
            .build();

    static final Catalog CATALOG = Catalog.of(MEMBERS, BOOKS, LOANS, NOTES, TICKERS, SESSIONS, EVERYTHING);

    private Library() {}

    static Book book(String isbn) {
        return new Book(isbn, "title of " + isbn, 2000, null);
    }
}
