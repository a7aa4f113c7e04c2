package io.storeway.examples.bookstrack;

import static io.storeway.examples.bookstrack.Book.BOOKS;
import static io.storeway.examples.bookstrack.LibraryEntry.ADDED_AT;
import static io.storeway.examples.bookstrack.LibraryEntry.LIBRARY;
import static io.storeway.examples.bookstrack.LibraryEntry.RATING;

import io.storeway.Catalog;
import io.storeway.Linked;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.kv.cache.CachePolicy;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.kv.cache.KeyStatistics;
import io.storeway.kv.cache.Loader;
import io.storeway.spi.KeyValueStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What readers do: look up a book, and keep a library of what they read. The same code runs on blobs, on tables, and on
 * both while the data moves. Thread-safe.
 */
final class Bookstrack {

    static final Catalog CATALOG = Catalog.of(BOOKS, LIBRARY, KeyStatistics.TYPE);

    private final Storage storage;
    private final Clock clock;

    Bookstrack(Storage storage, Clock clock) {
        this.storage = storage;
        this.clock = clock;
    }

    /**
     * A cache before a storage before the service that knows all books. An answer of the service is stored before it is
     * cached; a book that nobody knows is not asked for again for a minute; while the storage is down, books that were
     * looked up lately go on being served. How often each book was asked for is kept in the storage, too.
     */
    static CachedStorage cached(Storage storage, KeyValueStore cache, Loader<Book> service, Clock clock) {
        CachePolicy policy = CachePolicy.lasting(Duration.ofHours(24))
                .jitter(0.1)
                .staleIfError(Duration.ofDays(2))
                .rememberAbsent(Duration.ofMinutes(1));
        return CachedStorage.over(storage, cache)
                .clock(clock)
                .cache(BOOKS, policy, service)
                .keyStatistics(storage, Duration.ofMinutes(5))
                .open();
    }

    /** The book, from the cache, the storage, or the service. */
    Optional<Book> book(String isbn) {
        return storage.repository(BOOKS).find(isbn);
    }

    /** The books of a library with what the reader says of them, the latest first. */
    List<Linked<LibraryEntry, Book>> library(String userId, LibraryFilter filter) {
        return filter
                .narrow(storage.repository(LIBRARY).partition(userId).query())
                .orderBy(ADDED_AT.descending())
                .with(LibraryEntry::isbn, BOOKS)
                .list()
                .stream()
                .filter(filter::takes)
                .toList();
    }

    /** The reader's favourites among the books of a year, by stars and title. */
    List<Linked<LibraryEntry, Book>> topRated(String userId, int year) {
        return storage
                .repository(LIBRARY)
                .partition(userId)
                .query()
                .where(RATING.ge(5))
                .orderBy(RATING.descending())
                .with(LibraryEntry::isbn, BOOKS)
                .list()
                .stream()
                .filter(LibraryFilter.ALL.year(year)::takes)
                .sorted(Comparator.comparing(Bookstrack::title))
                .toList();
    }

    private static String title(Linked<LibraryEntry, Book> shelved) {
        Book book = shelved.target();
        return book == null ? "" : book.title();
    }

    /**
     * Puts a book into a library, or changes what is said of it there.
     *
     * @return the entry, or empty if nobody knows the book
     */
    Optional<LibraryEntry> shelve(
            String userId, String isbn, @Nullable Status status, @Nullable Integer rating, @Nullable String review) {
        if (book(isbn).isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return Optional.of(storage.transact(unit -> {
            Repository<LibraryEntry> library = unit.repository(LIBRARY);
            LibraryEntry before = library.find(userId, isbn)
                    .orElseGet(() -> new LibraryEntry(userId, isbn, null, null, null, now, null, null, null));
            LibraryEntry entry = new LibraryEntry(
                    userId,
                    isbn,
                    status,
                    rating,
                    review,
                    before.addedAt(),
                    status == Status.READING && before.startedAt() == null ? now : before.startedAt(),
                    status == Status.COMPLETED && before.completedAt() == null ? now : before.completedAt(),
                    before.extra());
            library.save(entry);
            return entry;
        }));
    }
}
