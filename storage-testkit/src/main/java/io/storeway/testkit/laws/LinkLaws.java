package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Linked;
import io.storeway.LinkedQuery;
import io.storeway.OnDelete;
import io.storeway.Page;
import io.storeway.Query;
import io.storeway.Repository;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Linked queries return records together with those that they refer to. */
final class LinkLaws {

    private static final int COPIES = 5;

    record Book(String isbn, String title, @Nullable Instant withdrawn) {}

    record Copy(String user, int number, @Nullable String isbn) {}

    private static final EntityType<Book> BOOKS = EntityType.of(Book.class)
            .named("linked_books")
            .identifiedBy(Book::isbn)
            .nullable(Book::withdrawn)
            .expiresAt(Book::withdrawn)
            .build();

    private static final EntityType<Copy> COPIES_OF = EntityType.of(Copy.class)
            .named("copies")
            .partitionedBy(Copy::user)
            .identifiedBy(Copy::number)
            .nullable(Copy::isbn)
            .references(Copy::isbn, BOOKS, OnDelete.CASCADE)
            .build();

    private static final Catalog CATALOG = Catalog.of(BOOKS, COPIES_OF);

    private LinkLaws() {}

    static List<Law> all() {
        return List.of(
                new Law(
                        "L08-linked",
                        "records come with those they refer to",
                        Set.of(Capability.WRITES),
                        LinkLaws::linked),
                new Law(
                        "L19-linked",
                        "an expired record is not brought along",
                        Set.of(Capability.WRITES),
                        LinkLaws::expired));
    }

    private static void linked(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            List<Book> books = IntStream.range(0, 3)
                    .mapToObj(i -> new Book("i" + i, "title " + i, null))
                    .toList();
            Given.records(storage, BOOKS, books);
            Repository<Copy> copies = storage.repository(COPIES_OF);
            for (int i = 0; i < COPIES; i++) {
                copies.insert(new Copy("u", i, i % 4 == 3 ? null : "i" + i % 4 % 2));
            }
            copies.insert(new Copy("v", 0, "i2"));
            Query<Copy> shelf = copies.partition("u").query();
            List<Linked<Copy, Book>> expected = copies.partition("u").list().stream()
                    .map(copy -> new Linked<>(
                            copy,
                            copy.isbn() == null ? null : books.get(copy.isbn().charAt(1) - '0')))
                    .toList();
            assertThat(expected).hasSize(COPIES);
            assertThat(shelf.with(Copy::isbn, BOOKS).list()).isEqualTo(expected);
            Field<Copy, Integer> number = COPIES_OF.field(Copy::number);
            Page<Linked<Copy, Book>> first = shelf.orderBy(number.ascending())
                    .limit(2)
                    .with(Copy::isbn, BOOKS)
                    .page();
            assertThat(first.items()).isEqualTo(expected.subList(0, 2));
            LinkedQuery<Copy, Book> next =
                    shelf.orderBy(number.ascending()).after(first.next()).with(Copy::isbn, BOOKS);
            assertThat(next.page().items()).isEqualTo(expected.subList(2, COPIES));
            assertThat(copies.partition("nobody")
                            .query()
                            .with(Copy::isbn, BOOKS)
                            .list())
                    .isEmpty();
            assertThatThrownBy(() -> shelf.with(Copy::user, BOOKS)).isInstanceOf(IllegalArgumentException.class);
            context.effective(4);
        });
    }

    private static void expired(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Instant end = context.clock().instant().plusSeconds(1);
            Book book = new Book("i", "title", end);
            storage.repository(BOOKS).insert(book);
            Repository<Copy> copies = storage.repository(COPIES_OF);
            Copy copy = new Copy("u", 0, "i");
            copies.insert(copy);
            LinkedQuery<Copy, Book> shelf = copies.partition("u").query().with(Copy::isbn, BOOKS);
            assertThat(shelf.list()).containsExactly(new Linked<>(copy, book));
            context.clock().advance(Duration.ofSeconds(1));
            assertThat(shelf.list()).containsExactly(new Linked<>(copy, null));
            context.effective(2);
        });
    }
}
