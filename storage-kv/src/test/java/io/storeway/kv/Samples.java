package io.storeway.kv;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Row;
import io.storeway.layout.KeyValueLayout.Form;
import io.storeway.spi.KeyValueStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entity types in the shapes of the seeds. */
final class Samples {

    static final Instant NOW = Instant.parse("2025-11-21T00:00:00Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    record Book(
            String isbn,
            String title,
            List<String> authors,
            @Nullable Integer year,
            @Nullable String thumbnail,
            @Nullable Double averageRating,
            @Nullable Json extra,
            @Nullable Json metadata,
            @Nullable Instant expiresAt) {

        static Book of(String isbn, String title) {
            return new Book(isbn, title, List.of("A. Author"), 1985, null, 4.25, null, null, null);
        }

        Book expiring(Instant at) {
            return new Book(isbn, title, authors, year, thumbnail, averageRating, extra, metadata, at);
        }

        Book with(@Nullable Integer newYear, @Nullable Json newExtra) {
            return new Book(isbn, title, authors, newYear, thumbnail, averageRating, newExtra, metadata, expiresAt);
        }
    }

    static final EntityType<Book> BOOKS = EntityType.of(Book.class)
            .nullable(Book::year, Book::thumbnail, Book::averageRating, Book::extra, Book::metadata, Book::expiresAt)
            .named("books")
            .identifiedBy(Book::isbn)
            .expiresAt(Book::expiresAt)
            .keyValue(
                    "book:isbn:{isbn}",
                    Blob.<Book>object()
                            .at(Book::year, "publishedDate")
                            .as(Book::year, Form.STRING)
                            .at(Book::thumbnail, "imageLinks.thumbnail")
                            .rest(Book::extra)
                            .metadata(Book::metadata)
                            .expiry(Book::expiresAt))
            .build();

    enum Status {
        want_to_read,
        completed
    }

    record Shelf(
            String userId,
            String isbn,
            Status status,
            @Nullable Integer rating) {}

    static final EntityType<Shelf> LIBRARY = EntityType.of(Shelf.class)
            .nullable(Shelf::rating)
            .named("library")
            .partitionedBy(Shelf::userId)
            .identifiedBy(Shelf::isbn)
            .range(Shelf::rating, 1, 5)
            .keyValue("library:{userId}", Blob.arrayOfObjects())
            .build();

    record Ticker(String chatId, String ticker) {}

    /** A list whose order counts. */
    static final EntityType<Ticker> WATCHLISTS = EntityType.of(Ticker.class)
            .named("watchlists")
            .partitionedBy(Ticker::chatId)
            .identifiedBy(Ticker::ticker)
            .ordered()
            .keyValue("watchlist:{chatId}", Blob.arrayOf(Ticker::ticker))
            .build();

    record User(String chatId) {}

    /** The whole set in one blob. */
    static final EntityType<User> USERS = EntityType.of(User.class)
            .named("users")
            .onePartition()
            .identifiedBy(User::chatId)
            .keyValue("chat_ids", Blob.arrayOf(User::chatId).as(User::chatId, Form.STRING_OR_INTEGER))
            .build();

    record Execution(String chatId, String id, String signal, double price, Instant executedAt) {}

    static final EntityType<Execution> HISTORY = EntityType.of(Execution.class)
            .named("history")
            .partitionedBy(Execution::chatId)
            .identifiedBy(Execution::id)
            .keyValue(
                    "execution_history:{chatId}",
                    Blob.<Execution>arrayOfObjects().contentId(Execution::id))
            .build();

    record Reading(int slot, String rating, Instant takenAt, Instant validUntil) {}

    static final EntityType<Reading> CACHE = EntityType.of(Reading.class)
            .named("cache")
            .identifiedBy(Reading::slot)
            .defaultValue(Reading::slot, 1)
            .keyValue(
                    "fear_greed_cache",
                    Blob.<Reading>object()
                            .constant(Reading::slot)
                            .at(Reading::rating, "data.rating")
                            .at(Reading::takenAt, "data.timestamp")
                            .as(Reading::takenAt, Form.ISO)
                            .at(Reading::validUntil, "timestamp")
                            .plus(Reading::validUntil, Duration.ofMinutes(5)))
            .build();

    /** Any JSON under its own key. */
    static final EntityType<Row> DOCUMENTS = EntityType.ofRows("documents")
            .field("id", FieldType.TEXT)
            .field("body", FieldType.JSON)
            .identifiedBy(FieldRef.named("id"))
            .keyValue("doc:{id|raw}", Blob.object())
            .build();

    static final Catalog CATALOG = Catalog.of(BOOKS, LIBRARY, WATCHLISTS, USERS, HISTORY, CACHE, DOCUMENTS);

    private Samples() {}

    static KvStorage storage(KeyValueStore store) {
        return KvStorage.open(store, CATALOG, CLOCK);
    }

    static void put(KeyValueStore store, String key, String value) {
        store.commit(List.of(), List.of(KeyValueStore.Write.put(key, bytes(value))));
    }

    static String text(KeyValueStore store, String key) {
        KeyValueStore.Entry entry = store.get(key);
        return entry == null ? "absent" : new String(entry.value(), StandardCharsets.UTF_8);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
