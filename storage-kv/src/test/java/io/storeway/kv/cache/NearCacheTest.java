package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.OnDelete;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.kv.Constraints;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.testkit.ManualClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NearCacheTest {

    enum Colour {
        RED
    }

    record Book(String isbn, int year, Colour colour, List<String> authors) {}

    record Scan(String id, byte[] image) {}

    /** Keeps a list that it can change. */
    record Basket(String id, List<String> items) {
        Basket {
            items = new ArrayList<>(items);
        }
    }

    record Chapter(String id, String isbn) {}

    private static final EntityType<Book> BOOKS =
            EntityType.of(Book.class).named("books").identifiedBy(Book::isbn).build();
    private static final EntityType<Scan> SCANS =
            EntityType.of(Scan.class).named("scans").identifiedBy(Scan::id).build();
    private static final EntityType<Basket> BASKETS = EntityType.of(Basket.class)
            .named("baskets")
            .identifiedBy(Basket::id)
            .build();
    private static final EntityType<Chapter> CHAPTERS = EntityType.of(Chapter.class)
            .named("chapters")
            .identifiedBy(Chapter::id)
            .references(Chapter::isbn, BOOKS, OnDelete.CASCADE)
            .build();

    private final ManualClock clock = new ManualClock(Instant.parse("2025-11-21T00:00:00Z"));
    private final List<CachedStorage> opened = new ArrayList<>();

    private CachedStorage near(EntityType<?>... types) {
        KvStorage source = KvStorage.open(new MemoryStore(), Catalog.of(types), clock, Constraints.ENFORCED);
        CachedStorageBuilder builder =
                CachedStorage.over(source, new MemoryStore()).clock(clock).near(100, Duration.ofHours(1));
        for (EntityType<?> type : types) {
            builder.cache(type, CachePolicy.lasting(Duration.ofHours(1)));
        }
        CachedStorage storage = builder.open();
        opened.add(storage);
        return storage;
    }

    @AfterEach
    void close() {
        opened.forEach(CachedStorage::close);
    }

    /** Reads so often that the next answer comes from the process. */
    private static <T> void warm(CachedStorage storage, EntityType<T> type, Object key) {
        for (int i = 0; i < 2; i++) {
            storage.repository(type).find(key);
        }
        long before = storage.statistics(type).nearHits();
        storage.repository(type).find(key);
        assertThat(storage.statistics(type).nearHits()).isEqualTo(before + 1);
    }

    @Test
    void aRecordThatNobodyCanChangeIsMadeOnceForAllReaders() {
        CachedStorage storage = near(BOOKS);
        Repository<Book> books = storage.repository(BOOKS);
        Book book = new Book("1", 1949, Colour.RED, List.of("Orwell"));
        books.insert(book);
        warm(storage, BOOKS, "1");

        Book found = books.find("1").orElseThrow();
        assertThat(found).isEqualTo(book);
        assertThat(books.find("1").orElseThrow()).isSameAs(found);
        assertThat(books.partition("1").list().get(0)).isSameAs(found);
    }

    @Test
    void aRecordThatKeepsAListOfItsOwnIsMadeForEachReader() {
        CachedStorage storage = near(BASKETS);
        Repository<Basket> baskets = storage.repository(BASKETS);
        baskets.insert(new Basket("1", List.of("apple")));
        warm(storage, BASKETS, "1");

        baskets.find("1").orElseThrow().items().add("worm");
        assertThat(baskets.find("1").orElseThrow().items()).containsExactly("apple");
    }

    @Test
    void whatOneReaderDoesToBytesNoOtherSees() {
        CachedStorage storage = near(SCANS);
        Repository<Scan> scans = storage.repository(SCANS);
        scans.insert(new Scan("1", new byte[] {1, 2, 3}));
        for (int read = 0; read < 4; read++) {
            byte[] image = scans.find("1").orElseThrow().image();
            assertThat(image).containsExactly(1, 2, 3);
            image[0] = 9;
        }
        assertThat(storage.statistics(SCANS).nearHits()).isEqualTo(2);
    }

    @Test
    void recordsThatGoWithAnotherAreForgottenInTheProcessToo() {
        CachedStorage storage = near(BOOKS, CHAPTERS);
        storage.repository(BOOKS).insert(new Book("1", 1949, Colour.RED, List.of()));
        storage.repository(CHAPTERS).insert(new Chapter("a", "1"));
        warm(storage, CHAPTERS, "a");

        storage.repository(BOOKS).delete("1");
        assertThat(storage.repository(CHAPTERS).find("a")).isEmpty();
    }

    @Test
    void aWriteIsSeenWhateverTheKeyIsMadeOf() {
        Map<FieldType, Object> keys = Map.of(
                FieldType.TEXT,
                "a:b%\u00e9\n\ud83d\ude00",
                FieldType.BOOLEAN,
                true,
                FieldType.INTEGER,
                1_000,
                FieldType.LONG,
                1L << 40,
                FieldType.decimal(10, 2),
                new BigDecimal("1.5"),
                FieldType.instant(FieldType.TimeUnit.MICROS),
                Instant.parse("1969-12-31T23:59:59.000001Z"),
                FieldType.DATE,
                LocalDate.of(2024, 2, 29));
        keys.forEach((kind, key) -> {
            EntityType<Row> type = EntityType.ofRows("rows")
                    .field("id", kind)
                    .field("two", FieldType.INTEGER)
                    .field("text", FieldType.TEXT)
                    .identifiedBy(FieldRef.named("id"), FieldRef.named("two"))
                    .build();
            CachedStorage storage = near(type);
            Repository<Row> rows = storage.repository(type);
            rows.insert(Row.of(type, key, 2, "old"));
            for (int i = 0; i < 3; i++) {
                rows.find(key, 2);
            }
            assertThat(storage.statistics(type).nearHits()).as("%s", kind).isEqualTo(1);
            rows.update(Row.of(type, key, 2, "new"));
            assertThat(rows.find(key, 2).orElseThrow().get("text"))
                    .as("%s", kind)
                    .isEqualTo("new");
        });
    }
}
