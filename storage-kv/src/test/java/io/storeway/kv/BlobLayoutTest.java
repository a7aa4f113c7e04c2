package io.storeway.kv;

import static io.storeway.kv.Samples.storage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Identities;
import io.storeway.Json;
import io.storeway.Repository;
import io.storeway.error.InvalidValueException;
import io.storeway.kv.Samples.Book;
import io.storeway.kv.Samples.Execution;
import io.storeway.kv.Samples.Reading;
import io.storeway.kv.Samples.Ticker;
import io.storeway.kv.internal.StrictJson;
import io.storeway.spi.KeyValueStore.Write;
import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlobLayoutTest {

    private final MemoryStore store = new MemoryStore();
    private final KvStorage storage = storage(store);

    private Book book(String blob) {
        Samples.put(store, "book:isbn:1", blob);
        return storage.repository(Samples.BOOKS).find("1").orElseThrow();
    }

    private static Json json(String text) {
        return StrictJson.read(Samples.bytes(text));
    }

    @Test
    void bookIsReadFromItsMembersKeyMetadataAndExpiry() {
        Instant expiresAt = Instant.parse("2026-01-01T00:00:00Z");
        store.commit(
                List.of(),
                List.of(new Write(
                        "book:isbn:1",
                        Samples.bytes(
                                "{\"title\":\"T\",\"authors\":[\"A\",\"B\"],\"publishedDate\":\"-1750\","
                                        + "\"imageLinks\":{\"medium\":\"m\",\"thumbnail\":\"t\"},\"averageRating\":3.76,\"n\":1e2}"),
                        "{\"source\":\"x\"}",
                        expiresAt)));
        Book book = storage.repository(Samples.BOOKS).find("1").orElseThrow();
        assertThat(book)
                .isEqualTo(new Book(
                        "1",
                        "T",
                        List.of("A", "B"),
                        -1750,
                        "t",
                        3.76,
                        json("{\"imageLinks\":{\"medium\":\"m\"},\"n\":100}"),
                        json("{\"source\":\"x\"}"),
                        expiresAt));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"title\":\"T\",\"authors\":[]}",
                "{\"title\":\"T\",\"authors\":[],\"publishedDate\":null}",
                "{\"title\":\"T\",\"authors\":[],\"imageLinks\":null}",
                "{\"title\":\"T\",\"authors\":[],\"imageLinks\":{}}",
                "{\"title\":\"T\",\"authors\":[],\"imageLinks\":{\"thumbnail\":null,\"x\":{}}}",
                "{\"title\":\"T\",\"authors\":[],\"imageLinks\":{\"thumbnail\":\"t\"}}",
                "{\"z\":[1,{\"a\":null}],\"title\":\"T\",\"authors\":[\"\"],\"averageRating\":-0.0}",
                "{\"title\":\"\\u0000\ud83d\ude00\",\"authors\":[],\"n\":123456789012345678901234567890.5}",
            })
    void blobOfFieldsAndRestComesBackAsAnEqualTree(String blob) {
        Book book = book(blob);
        Repository<Book> books = storage.repository(Samples.BOOKS);
        books.delete("1");
        assertThat(store.get("book:isbn:1")).isNull();
        books.insert(book);
        assertThat(json(Samples.text(store, "book:isbn:1"))).isEqualTo(json(blob));
        assertThat(books.find("1")).contains(book);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"title\":1,\"authors\":[]}|member title: expected a string",
                "{\"title\":\"T\",\"authors\":[1]}|member authors: expected a string",
                "{\"title\":\"T\",\"authors\":[[],{\"a\":[]}]}|member authors",
                "{\"title\":\"T\",\"authors\":\"A\"}|member authors: expected an array",
                "{\"title\":\"T\",\"authors\":[],\"publishedDate\":1985}|member publishedDate: expected a string",
                "{\"title\":\"T\",\"authors\":[],\"publishedDate\":\"01985\"}|member publishedDate",
                "{\"title\":\"T\",\"authors\":[],\"publishedDate\":\"\"}|member publishedDate",
                "{\"title\":\"T\",\"authors\":[],\"publishedDate\":\"\uff11\uff19\"}|member publishedDate",
                "{\"title\":\"T\",\"authors\":[],\"publishedDate\":\"99999999999\"}|member publishedDate",
                "{\"title\":\"T\",\"authors\":[],\"imageLinks\":\"x\"}|member imageLinks: expected an object",
                "{\"title\":\"T\",\"authors\":[],\"imageLinks\":{\"thumbnail\":[{}]}}|member imageLinks.thumbnail",
                "{\"title\":\"T\",\"authors\":[],\"averageRating\":1e400}|outside the range of double",
                "{\"title\":\"T\",\"authors\":[],\"averageRating\":0.12345678901234567890}|more digits than a double",
                "{\"title\":\"\\ud800\",\"authors\":[]}|unpaired surrogate",
                "{\"title\":\"T\",\"authors\":[],\"x\":\"\\ud800\"}|unpaired surrogate",
                "{\"title\":\"T\",\"authors\":[],\"x\":1e99999999999}|exponent is too large",
                "{\"title\":null,\"authors\":[]}|field title: the value is missing, and it has no default",
                "{\"authors\":[]}|field title: the value is missing, and it has no default",
                "[]|not an object",
                "{\"title\":\"T\",\"title\":\"T\",\"authors\":[]}|stands twice",
                "{\"title\":\"T\",\"authors\":[]} x|not JSON",
                "{\"title\":\"T\",\"authors\":[]}{}|something follows",
            })
    void blobThatDoesNotFitIsRefusedWithPlaceAndReason(String blob, String reason) {
        assertThatThrownBy(() -> book(blob))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("[find on memory, books #");
        assertThatThrownBy(() -> storage.repository(Samples.BOOKS).save(Book.of("1", "N")))
                .isInstanceOf(InvalidValueException.class);
        assertThat(Samples.text(store, "book:isbn:1")).isEqualTo(blob);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        for (byte[] bad : List.of(
                new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'},
                new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '{', '}'},
                new byte[] {'{', 0, '}', 0},
                new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
                new byte[0])) {
            store.commit(List.of(), List.of(Write.put("doc:x", bad)));
            assertThatThrownBy(() -> storage.repository(Samples.DOCUMENTS).find("x"))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageStartingWith("blob: ")
                    .hasMessageNotContaining("blob: blob");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"title\":\"x\"}",
                "{\"publishedDate\":null}",
                "{\"imageLinks\":{}}",
                "{\"imageLinks\":\"x\"}",
                "{\"imageLinks\":{\"thumbnail\":null}}",
                "{}",
                "[]",
                "{\"a\":\"\\\\ud800\"}",
            })
    void restThatWouldReadBackOtherwiseIsRefused(String rest) {
        Json extra = rest.contains("ud800") ? new Json.Obj(Map.of("a", new Json.Str("\ud800"))) : json(rest);
        Book book = new Book("1", "T", List.of(), 1985, "t", null, extra, null, null);
        assertThatThrownBy(() -> storage.repository(Samples.BOOKS).insert(book))
                .isInstanceOf(InvalidValueException.class);
        assertThat(store.get("book:isbn:1")).isNull();
    }

    @Test
    void treeThatIsTooDeepIsRefusedWhenWritten() {
        Json deep = Json.NULL;
        for (int i = 0; i < 1_001; i++) {
            deep = new Json.Arr(List.of(deep));
        }
        Json rest = new Json.Obj(Map.of("a", deep));
        assertThatThrownBy(() -> storage.repository(Samples.BOOKS)
                        .insert(Book.of("1", "T").with(1, rest)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("levels");
    }

    @Test
    void membersThatNoFieldNamesStayWhenARecordIsReplaced() {
        Samples.put(
                store,
                "library:u",
                "[ {\"note\":\"n\", \"isbn\":\"1\",\"status\":\"completed\"},{\"isbn\":\"2\",\"status\":\"completed\",\"k\":1.0} ]");
        storage.repository(Samples.LIBRARY).update(new Samples.Shelf("u", "1", Samples.Status.want_to_read, 5));
        assertThat(Samples.text(store, "library:u"))
                .isEqualTo("[{\"isbn\":\"1\",\"status\":\"want_to_read\",\"rating\":5,\"note\":\"n\"},"
                        + "{\"isbn\":\"2\",\"status\":\"completed\",\"k\":1.0}]");
    }

    record Card(String id, @Nullable String name, @Nullable String city) {}

    private static final EntityType<Card> CARDS = EntityType.of(Card.class, MethodHandles.lookup())
            .nullable(Card::name, Card::city)
            .named("cards")
            .identifiedBy(Card::id)
            .keyValue("card:{id}", Blob.<Card>object().at(Card::city, "address.city"))
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"n\",\"address\":null}",
                "{\"name\":\"n\",\"address\":{}}",
                "{\"address\":{\"city\":\"c\",\"street\":\"s\"}}",
                "{\"name\":\"n\",\"address\":{\"city\":\"c\"}}",
            })
    void whatNoFieldHoldsStaysInNestedObjects(String blob) {
        Samples.put(store, "card:1", blob);
        Repository<Card> cards = KvStorage.open(store, Catalog.of(CARDS)).repository(CARDS);
        cards.save(cards.find("1").orElseThrow());
        assertThat(Samples.text(store, "card:1")).isEqualTo(blob);
    }

    @Test
    void scalarsAreReadFromStringsAndIntegersAndWrittenAsStrings() {
        Samples.put(store, "chat_ids", "[1, \"-1009\",9007199254740993]");
        Repository<Samples.User> users = storage.repository(Samples.USERS);
        assertThat(users.partition().list())
                .extracting(Samples.User::chatId)
                .containsExactly("-1009", "1", "9007199254740993");
        users.insert(new Samples.User("x"));
        assertThat(Samples.text(store, "chat_ids")).isEqualTo("[1,\"-1009\",9007199254740993,\"x\"]");
        for (String bad : List.of("[1.5]", "[null]", "[[1]]", "[true]", "{}", "[\"1\",1]")) {
            Samples.put(store, "chat_ids", bad);
            assertThatThrownBy(() -> users.partition().list()).isInstanceOf(InvalidValueException.class);
        }
    }

    @Test
    void orderOfAListIsKept() {
        Repository<Ticker> watchlists = storage.repository(Samples.WATCHLISTS);
        watchlists.insertAll(List.of(new Ticker("42", "SPY"), new Ticker("42", "AAPL")));
        watchlists.save(new Ticker("42", "BRK.B"));
        watchlists.save(new Ticker("42", "SPY"));
        assertThat(Samples.text(store, "watchlist:42")).isEqualTo("[\"SPY\",\"AAPL\",\"BRK.B\"]");
        assertThat(watchlists.partition("42").list())
                .extracting(Ticker::ticker)
                .containsExactly("SPY", "AAPL", "BRK.B");
        watchlists.partition("42").replace(List.of(new Ticker("42", "Z"), new Ticker("42", "A")));
        assertThat(Samples.text(store, "watchlist:42")).isEqualTo("[\"Z\",\"A\"]");
        watchlists.partition("42").clear();
        assertThat(store.get("watchlist:42")).isNull();
    }

    @Test
    void contentIdsAreTheSameForEveryReaderAndCheckedOnWriting() {
        String blob =
                "[{\"signal\":\"BUY\",\"price\":1.50,\"executedAt\":5},{\"executedAt\":5,\"price\":1.5,\"signal\":\"BUY\"}]";
        Samples.put(store, "execution_history:1", blob);
        Repository<Execution> history = storage.repository(Samples.HISTORY);
        List<Execution> found = history.partition("1").list();
        Execution bare = new Execution("1", "", "BUY", 1.5, Instant.ofEpochMilli(5));
        assertThat(found)
                .extracting(Execution::id)
                .containsExactlyInAnyOrder(
                        Identities.ofContent(Samples.HISTORY, bare, 0), Identities.ofContent(Samples.HISTORY, bare, 1));
        assertThatThrownBy(() -> history.insert(new Execution("1", "mine", "SELL", 1, Instant.EPOCH)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("Identities.ofContent");
        Execution sell = new Execution("1", "", "SELL", 1, Instant.EPOCH);
        history.insert(new Execution("1", Identities.ofContent(Samples.HISTORY, sell, 0), "SELL", 1, Instant.EPOCH));
        assertThat(Samples.text(store, "execution_history:1"))
                .endsWith("{\"signal\":\"SELL\",\"price\":1.0,\"executedAt\":0}]");
    }

    @Test
    void wrapperWithTimeOfStoringIsReadAsExpiry() {
        Samples.put(
                store,
                "fear_greed_cache",
                "{\"data\":{\"rating\":\"greed\",\"timestamp\":\"2026-05-01T23:04:19+00:00\"},\"timestamp\":1777676659000}");
        Repository<Reading> cache = storage.repository(Samples.CACHE);
        Reading reading = cache.find(1).orElseThrow();
        assertThat(reading.takenAt()).isEqualTo("2026-05-01T23:04:19Z");
        assertThat(reading.validUntil()).isEqualTo(Instant.ofEpochMilli(1777676959000L));
        cache.save(reading);
        assertThat(Samples.text(store, "fear_greed_cache"))
                .isEqualTo(
                        "{\"data\":{\"rating\":\"greed\",\"timestamp\":\"2026-05-01T23:04:19.000Z\"},\"timestamp\":1777676659000}");
        assertThatThrownBy(() -> cache.save(new Reading(2, "fear", Instant.EPOCH, Instant.EPOCH)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("slot");
    }

    @Test
    void metadataAndExpiryThatNoFieldHoldsStayWhenRecordsChange() {
        store.commit(
                List.of(),
                List.of(new Write("watchlist:1", Samples.bytes("[\"A\"]"), "{\"m\":1}", Samples.NOW.plusSeconds(9))));
        storage.repository(Samples.WATCHLISTS).insert(new Ticker("1", "B"));
        var entry = Objects.requireNonNull(store.get("watchlist:1"));
        assertThat(entry.metadata()).isEqualTo("{\"m\":1}");
        assertThat(entry.expiresAt()).isEqualTo(Samples.NOW.plusSeconds(9));
    }
}
