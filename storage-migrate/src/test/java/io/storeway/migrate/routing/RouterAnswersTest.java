package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the two sides of a router return from a write. */
class RouterAnswersTest {

    record Book(String isbn, long made) {}

    interface Books {
        @Reads(key = "isbn")
        Optional<Book> find(String isbn);

        @Writes(key = "isbn")
        Book save(String isbn);

        @Writes(key = "isbn")
        boolean delete(String isbn);

        @Writes(key = "isbn")
        Optional<String> withdraw(String isbn);

        @Writes(key = Writes.ANY)
        int clear();

        @Writes(key = "isbn")
        AtomicLong counter(String isbn);
    }

    private record Shelf(Map<String, Book> books, long made) implements Books {
        @Override
        public Optional<Book> find(String isbn) {
            return Optional.ofNullable(books.get(isbn));
        }

        @Override
        public Book save(String isbn) {
            Book book = new Book(isbn, made);
            books.put(isbn, book);
            return book;
        }

        @Override
        public boolean delete(String isbn) {
            return books.remove(isbn) != null;
        }

        @Override
        public Optional<String> withdraw(String isbn) {
            return Optional.ofNullable(books.remove(isbn)).map(Book::isbn);
        }

        @Override
        public int clear() {
            int cleared = books.size();
            books.clear();
            return cleared;
        }

        @Override
        public AtomicLong counter(String isbn) {
            return new AtomicLong();
        }
    }

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Shelf old = new Shelf(new TreeMap<>(), 1);
    private final Shelf fresh = new Shelf(new TreeMap<>(), 2);
    private Storage control;
    private Router<Books> router;
    private Books books;

    @BeforeEach
    void beginToWriteBoth() {
        control = Storages.open("jdbc:sqlite:" + folder.resolve("control.db"), Catalog.of(), clock);
        router = Router.between(Books.class, old, fresh)
                .controlledBy(control)
                .clock(clock)
                .shadowComparisons(0)
                .stepwise(clock::advance)
                .open();
        books = router.repository();
        advance();
    }

    @AfterEach
    void close() {
        router.close();
        control.close();
    }

    private void advance() {
        router.control().advance("ann", "on");
        router.tick();
    }

    private void shadow() {
        router.control().copied("ann", "copied");
        advance();
        assertThat(router.stage()).isEqualTo(Stage.SHADOW);
    }

    @Test
    void aWriteThatReturnsAnotherSimpleValueFromEachSideIsNamedAndHoldsNothing() {
        shadow();
        old.save("1");
        assertThat(books.delete("1")).isTrue();
        fresh.save("1");
        assertThat(books.withdraw("1")).isEmpty();
        old.save("2");
        assertThat(books.clear()).isEqualTo(1);
        assertThat(router.differences())
                .satisfiesExactly(
                        text -> assertThat(text).startsWith("Books.delete #"),
                        text -> assertThat(text).startsWith("Books.withdraw #"),
                        text -> assertThat(text).isEqualTo("Books.clear"));
        assertThat(router.control().unsettled()).isEmpty();
        advance();
        assertThat(router.stage()).isEqualTo(Stage.READ_NEW);
    }

    @Test
    void equalValuesAndWhatMayHoldIdsOrTimesAreNotNamed() {
        shadow();
        assertThat(books.save("1")).isNotEqualTo(fresh.find("1").orElseThrow());
        assertThat(books.counter("1")).hasValue(0);
        assertThat(books.delete("1")).isTrue();
        assertThat(books.withdraw("1")).isEmpty();
        assertThat(books.clear()).isZero();
        assertThat(router.differences()).isEmpty();
    }

    @Test
    void nothingIsNamedBeforeTheRecordsAreCopied() {
        old.save("1");
        assertThat(books.delete("1")).isTrue();
        assertThat(router.differences()).isEmpty();
    }
}
