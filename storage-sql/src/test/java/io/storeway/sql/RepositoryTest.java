package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.EntityType;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.error.InvalidValueException;
import io.storeway.error.RecordNotFoundException;
import io.storeway.error.StorageClosedException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryTest {

    @TempDir
    Path directory;

    @EachEngine
    void aKeyMayBeGivenAsAWhole(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Ticker> tickers = storage.repository(Library.TICKERS);
            tickers.save(new Library.Ticker("42", "SPY", null));
            assertThat(tickers.find(Key.of("42", "SPY"))).isEqualTo(tickers.find("42", "SPY"));
            assertThat(tickers.partition(Key.of("42")).count()).isEqualTo(1);
            assertThat(tickers.delete(Key.of("42", "SPY"))).isTrue();
            assertThat(tickers.exists(Key.of("42", "SPY"))).isFalse();
        }
    }

    @EachEngine
    void workWithoutAResultIsOneUnitToo(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            assertThatThrownBy(() -> storage.run(unit -> {
                        unit.repository(Library.BOOKS).insert(Library.book("1"));
                        throw new IllegalStateException("on the way");
                    }))
                    .hasMessage("on the way");
            assertThat(storage.repository(Library.BOOKS).exists("1")).isFalse();
            storage.run(unit -> unit.repository(Library.BOOKS).insert(Library.book("1")));
            assertThat(storage.repository(Library.BOOKS).exists("1")).isTrue();
        }
    }

    @EachEngine
    void everyKindOfValueComesBackEqual(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Everything> all = storage.repository(Library.EVERYTHING);
            Library.Everything full = new Library.Everything(
                    (engine == Engine.POSTGRESQL ? "" : "nul\0") + " ' \" 😀",
                    true,
                    Integer.MIN_VALUE,
                    Long.MAX_VALUE,
                    Math.PI * 1e300,
                    new BigDecimal("-1234567890.12"),
                    Instant.parse("-1750-03-01T00:00:00.001Z"),
                    LocalDate.of(1, 1, 1),
                    new byte[] {},
                    new Json.Obj(Map.of("n", new Json.Num(new BigDecimal("1e-400")), "u", new Json.Str("\u0000é"))),
                    List.of("a", "", "\"\n"));
            Library.Everything empty =
                    new Library.Everything("", null, null, null, null, null, null, null, null, null, null);
            all.insertAll(List.of(full, empty));
            Library.Everything found = all.find(full.id()).orElseThrow();
            assertThat(found).usingRecursiveComparison().isEqualTo(full);
            assertThat(all.find("")).contains(empty);
        }
    }

    @EachEngine
    void negativeZeroIsRefusedBeforeAnyEffect(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Everything> all = storage.repository(Library.EVERYTHING);
            var bad = new Library.Everything("b", null, null, null, -0.0, null, null, null, null, null, null);
            var good = new Library.Everything("a", null, null, null, 0.0, null, null, null, null, null, null);
            assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> all.saveAll(List.of(good, bad)));
            assertThat(all.exists("a")).isFalse();
        }
    }

    @EachEngine
    void findAllKeepsTheOrderOfAnyNumberOfKeys(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            storage.repository(Library.MEMBERS).insert(new Library.Member("m", "e"));
            books.insertAll(
                    IntStream.range(0, 300).mapToObj(i -> Library.book("b" + i)).toList());
            Repository<Library.Loan> loans = storage.repository(Library.LOANS);
            loans.insertAll(IntStream.range(0, 300)
                    .mapToObj(i -> new Library.Loan("m", "b" + i, 1 + i % 5))
                    .toList());
            List<Key> keys = new ArrayList<>();
            for (int i = 350; i >= 0; i--) {
                keys.add(Key.of("m", "b" + i));
            }
            var found = loans.findAll(keys);
            assertThat(found.subList(0, 51)).containsOnlyNulls();
            assertThat(found.subList(51, 351))
                    .extracting(loan -> loan == null ? "" : loan.isbn())
                    .startsWith("b299")
                    .endsWith("b0");
            assertThat(loans.deleteAll(keys)).isEqualTo(300);
            assertThat(books.findAll(List.of(Key.of("b7"), Key.of("x"), Key.of("b7"))))
                    .containsExactly(Library.book("b7"), null, Library.book("b7"));
        }
    }

    @EachEngine
    void updateOfSeveralChangesNothingIfOneIsAbsent(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            books.insert(Library.book("a"));
            var changed = new Library.Book("a", "new", null, null);
            assertThatExceptionOfType(RecordNotFoundException.class)
                    .isThrownBy(() -> books.updateAll(List.of(changed, Library.book("z"))));
            assertThat(books.find("a")).contains(Library.book("a"));
            assertThatExceptionOfType(RecordNotFoundException.class).isThrownBy(() -> books.update(Library.book("z")));
            books.update(changed);
            assertThat(books.find("a")).contains(changed);
        }
    }

    @Test
    void anotherTypeOfAKnownNameIsSaidToBeThat() {
        EntityType<Library.Book> other = EntityType.of(Library.Book.class)
                .nullable(Library.Book::year, Library.Book::shelf)
                .named("books")
                .identifiedBy(Library.Book::isbn)
                .build();
        try (SqlStorage storage = Engine.SQLITE.open(directory, Library.CATALOG)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> storage.repository(other))
                    .withMessageContaining("another entity type of the name books")
                    .withMessageNotContaining("it has");
        }
    }

    @EachEngine
    void savingAParentKeepsItsChildren(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Member> members = storage.repository(Library.MEMBERS);
            members.insert(new Library.Member("m", "one"));
            storage.repository(Library.BOOKS).insert(Library.book("b"));
            storage.repository(Library.LOANS).insert(new Library.Loan("m", "b", 3));
            members.save(new Library.Member("m", "two"));
            members.partition("m").replace(List.of(new Library.Member("m", "three")));
            assertThat(members.find("m")).contains(new Library.Member("m", "three"));
            assertThat(storage.repository(Library.LOANS).partition("m").list()).hasSize(1);
            assertThat(members.delete("m")).isTrue();
            assertThat(storage.repository(Library.LOANS).all().allowScan().count())
                    .isZero();
        }
    }

    @EachEngine
    void orderedPartitionsKeepAndGivePlaces(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Note> notes = storage.repository(Library.NOTES);
            notes.insert(new Library.Note("m", "same"));
            notes.insertAll(List.of(new Library.Note("m", "same"), new Library.Note("n", "other")));
            assertThat(notes.partition("m").list())
                    .extracting(Library.Note::text)
                    .containsExactly("same", "same");

            Repository<Library.Ticker> tickers = storage.repository(Library.TICKERS);
            tickers.saveAll(List.of(ticker("Z", "1"), ticker("A", "2"), ticker("M", "3")));
            tickers.save(ticker("A", "changed"));
            tickers.update(ticker("Z", "changed too"));
            tickers.saveAll(List.of(ticker("B", "4"), ticker("Z", "5")));
            assertThat(tickers.partition("c").list())
                    .extracting(Library.Ticker::symbol)
                    .containsExactly("Z", "A", "M", "B");
            tickers.partition("c").replace(List.of(ticker("M", "3"), ticker("Q", "6"), ticker("Z", "5")));
            assertThat(tickers.partition("c").list())
                    .containsExactly(ticker("M", "3"), ticker("Q", "6"), ticker("Z", "5"));
            tickers.partition("c").clear();
            assertThat(tickers.partition("c").count()).isZero();
        }
    }

    private static Library.Ticker ticker(String symbol, String label) {
        return new Library.Ticker("c", symbol, label);
    }

    @EachEngine
    void anExpiredRecordCountsAsAbsentEverywhere(Engine engine) {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        try (HikariDataSource pool = engine.dataSource(directory);
                SqlStorage storage = SqlStorage.builder(pool, Library.CATALOG)
                        .clock(Clock.fixed(now, ZoneOffset.UTC))
                        .open()) {
            Repository<Library.Session> sessions = storage.repository(Library.SESSIONS);
            sessions.insertAll(List.of(
                    new Library.Session("old", "u", now),
                    new Library.Session("live", "v", now.plusMillis(1)),
                    new Library.Session("ever", "w", null)));
            assertThat(sessions.exists("old")).isFalse();
            assertThat(sessions.all().allowScan().count()).isEqualTo(2);
            assertThatExceptionOfType(RecordNotFoundException.class)
                    .isThrownBy(() -> sessions.update(new Library.Session("old", "u", null)));
            assertThat(sessions.delete("old")).isFalse();
            sessions.insert(new Library.Session("new", "u", null));
            sessions.insert(new Library.Session("old", "x", null));
            assertThat(sessions.find("old")).contains(new Library.Session("old", "x", null));
            assertThat(sessions.delete("live")).isTrue();
        }
    }

    @EachEngine
    void rowsOfAPartitionMayTradeUniqueValues(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Traded.CATALOG)) {
            Repository<Traded.Seat> seats = storage.repository(Traded.SEATS);
            seats.insertAll(List.of(new Traded.Seat("r", "a", 1), new Traded.Seat("r", "b", 2)));
            seats.partition("r").replace(List.of(new Traded.Seat("r", "a", 2), new Traded.Seat("r", "b", 1)));
            assertThat(seats.partition("r").list())
                    .containsExactly(new Traded.Seat("r", "a", 2), new Traded.Seat("r", "b", 1));
        }
    }

    @EachEngine
    void aClosedStorageIsRefused(Engine engine) {
        SqlStorage storage = engine.open(directory, Library.CATALOG);
        storage.close();
        assertThatExceptionOfType(StorageClosedException.class)
                .isThrownBy(() -> storage.repository(Library.BOOKS).find("a"));
    }

    @Test
    void aWriteBesideAUnitOfItsOwnThreadIsRefusedWhereItWouldWaitForTheUnit() {
        try (SqlStorage storage = Engine.SQLITE.open(directory, Library.CATALOG)) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> storage.transact(unit -> {
                        unit.repository(Library.BOOKS).insert(Library.book("a"));
                        storage.repository(Library.BOOKS).insert(Library.book("b"));
                        return unit;
                    }))
                    .withMessageContaining("use the unit's own repositories");
            assertThat(storage.repository(Library.BOOKS).all().allowScan().count())
                    .isZero();
            storage.repository(Library.BOOKS).insert(Library.book("c"));
        }
    }
}
