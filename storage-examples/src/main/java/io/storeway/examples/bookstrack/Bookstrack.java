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
 * The service: readers look up books and keep a library of what they read. The same code runs on blobs, on tables, and on
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
     * Reads books from the cache, else from the storage, else from the book service. An answer of the service is stored
     * before it is cached; an unknown book is not asked for again for a minute; while the storage is down, books that were
     * looked up in the last two days are still served. The storage also keeps how often each book was asked for.
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

    /** The entries of a library that pass the filter, with their books, the latest first. */
    List<Linked<LibraryEntry, Book>> library(String userId, LibraryFilter filter) {
        return filter
                .onEntries(storage.repository(LIBRARY).partition(userId).query())
                .orderBy(ADDED_AT.descending())
                .with(LibraryEntry::isbn, BOOKS)
                .list()
                .stream()
                .filter(filter::acceptsBook)
                .toList();
    }

    /** The books of a year that the reader gave five stars, by title. */
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
                .filter(LibraryFilter.ALL.year(year)::acceptsBook)
                .sorted(Comparator.comparing(Bookstrack::title))
                .toList();
    }

    private static String title(Linked<LibraryEntry, Book> shelved) {
        Book book = shelved.target();
        return book == null ? "" : book.title();
    }

    /**
     * Puts a book into a library, or updates its entry there.
     *
     * @return the entry, or empty if neither the storage nor the book service knows the book
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
