package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.storeway.Catalog;
import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.Page;
import io.storeway.Query;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Sort;
import io.storeway.error.InvalidValueException;
import io.storeway.error.UnsupportedCapabilityException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryTest {

    private static final Field<Library.Book, String> ISBN = Library.BOOKS.field(Library.Book::isbn);
    private static final Field<Library.Book, String> TITLE = Library.BOOKS.field(Library.Book::title);
    private static final Field<Library.Book, @Nullable Integer> YEAR = Library.BOOKS.field(Library.Book::year);
    private static final Field<Library.Book, @Nullable String> SHELF = Library.BOOKS.field(Library.Book::shelf);

    /** In the order of their UTF-8 bytes; UTF-16 would put the emoji before the private-use and full-width letters. */
    private static final List<String> TEXTS = List.of(
            "",
            "\0",
            "%",
            "A",
            "A\0b",
            "A%",
            "AB",
            "_",
            "a",
            "a_b",
            "ab",
            "é",
            "\uD7FF",
            "\uE000",
            "\uFF21",
            "\uFF21b",
            "\uD83D\uDE00",
            "\uD83D\uDE00z",
            "\uDBFF\uDFFF");

    @TempDir
    Path directory;

    private static List<String> texts(Engine engine) {
        return engine == Engine.POSTGRESQL
                ? TEXTS.stream().filter(text -> text.indexOf('\0') < 0).toList()
                : TEXTS;
    }

    @EachEngine
    void negationsHoldBesideAColumnThatIsNamedTrue(Engine engine) {
        EntityType<Row> type = EntityType.ofRows("words")
                .field("id", FieldType.INTEGER)
                .field("true", FieldType.TEXT)
                .identifiedBy(FieldRef.named("id"))
                .build();
        try (SqlStorage storage = engine.open(directory, Catalog.of(type))) {
            Repository<Row> words = storage.repository(type);
            words.insertAll(List.of(Row.of(type, 4, "0"), Row.of(type, 5, "0"), Row.of(type, 6, "1")));
            Field<Row, @Nullable Object> id = type.field(FieldRef.named("id"));
            assertThat(words.where(id.ne(5)).allowScan().count()).isEqualTo(2);
            assertThat(words.where(id.isNull().not()).allowScan().count()).isEqualTo(3);
        }
    }

    private SqlStorage filled(Engine engine) {
        SqlStorage storage = engine.open(directory, Library.CATALOG);
        List<Library.Book> books = new ArrayList<>();
        for (int i = texts(engine).size() - 1; i >= 0; i--) {
            String shelf = i % 3 == 0
                    ? null
                    : texts(engine).get((i * 7) % texts(engine).size());
            books.add(new Library.Book("i" + i, texts(engine).get(i), i % 4 == 0 ? null : i % 5, shelf));
        }
        storage.repository(Library.BOOKS).insertAll(books);
        return storage;
    }

    @EachEngine
    void textIsOrderedByUtf8Bytes(Engine engine) {
        try (SqlStorage storage = filled(engine)) {
            Query<Library.Book> all = storage.repository(Library.BOOKS).all().allowScan();
            assertThat(all.orderBy(TITLE.ascending()).list())
                    .extracting(Library.Book::title)
                    .isEqualTo(texts(engine));
            for (int i = 0; i < texts(engine).size(); i++) {
                String bound = texts(engine).get(i);
                assertThat(all.where(TITLE.lt(bound)).count()).as("lt %d", i).isEqualTo(i);
                assertThat(all.where(TITLE.ge(bound)).count())
                        .as("ge %d", i)
                        .isEqualTo(texts(engine).size() - i);
                assertThat(all.where(TITLE.eq(bound)).count()).as("eq %d", i).isEqualTo(1);
            }
        }
    }

    @EachEngine
    void theFirstQueryOfAStorageHasTheRightTexts(Engine engine) {
        filled(engine).close();
        int below = texts(engine).indexOf("\uE000");
        for (int limit : new int[] {below, below + 1, texts(engine).size()}) {
            assertThat(firstPage(engine, TITLE.ascending(), limit))
                    .isEqualTo(texts(engine).subList(0, limit));
        }
        assertThat(firstPage(engine, TITLE.descending(), 1)).containsExactly("\uDBFF\uDFFF");
    }

    private List<String> firstPage(Engine engine, Sort<Library.Book> order, int limit) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Query<Library.Book> all = storage.repository(Library.BOOKS).all().allowScan();
            return all.orderBy(order).limit(limit).page().items().stream()
                    .map(Library.Book::title)
                    .toList();
        }
    }

    @EachEngine
    void everyConditionSelectsWhatItMatchesAndItsNegationTheRest(Engine engine) {
        List<Condition<Library.Book>> conditions = new ArrayList<>(List.of(
                YEAR.eq(3),
                YEAR.lt(2),
                YEAR.ge(2),
                YEAR.isNull(),
                YEAR.in(List.of(1, 2)),
                YEAR.in(List.of()),
                YEAR.eq(3).and(SHELF.isNull().not()),
                YEAR.eq(3).or(SHELF.gt("A")),
                YEAR.ne(3).and(SHELF.ne("ab")).not().or(YEAR.gt(3)),
                YEAR.between(1, 3)));
        for (String text : texts(engine)) {
            conditions.add(TITLE.startsWith(text));
            conditions.add(TITLE.contains(text));
            conditions.add(SHELF.le(text));
            conditions.add(SHELF.in(List.of(text, "A")));
        }
        try (SqlStorage storage = filled(engine)) {
            Query<Library.Book> all = storage.repository(Library.BOOKS).all().allowScan();
            List<Library.Book> books = all.list();
            for (Condition<Library.Book> condition : conditions) {
                List<Library.Book> expected = books.stream()
                        .filter(book -> condition.matches(Library.BOOKS.toRow(book)))
                        .toList();
                assertThat(all.where(condition).list()).as("%s", condition).isEqualTo(expected);
                assertThat(all.where(condition.not()).count())
                        .as("not %s", condition)
                        .isEqualTo(books.size() - expected.size());
            }
        }
    }

    @EachEngine
    void pagesMeetEveryRecordOnceInMixedDirectionsWithMissingValues(Engine engine) {
        List<List<Sort<Library.Book>>> orders = List.of(
                List.of(YEAR.ascending(), SHELF.descending()),
                List.of(YEAR.descending(), SHELF.ascending()),
                List.of(SHELF.ascending(), TITLE.descending()),
                List.of(SHELF.descending(), ISBN.descending()),
                List.of(ISBN.ascending()));
        try (SqlStorage storage = filled(engine)) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            for (List<Sort<Library.Book>> order : orders) {
                @SuppressWarnings({"unchecked", "rawtypes"})
                Query<Library.Book> query =
                        books.all().allowScan().orderBy((Sort<Library.Book>[]) order.toArray(new Sort[0]));
                List<Library.Book> whole = query.list();
                assertThat(whole).hasSize(texts(engine).size());
                List<Library.Book> paged = new ArrayList<>();
                String cursor = null;
                do {
                    Page<Library.Book> page = query.limit(2).after(cursor).page();
                    paged.addAll(page.items());
                    cursor = page.next();
                } while (cursor != null);
                assertThat(paged).as("%s", order).isEqualTo(whole);
            }
        }
    }

    @EachEngine
    void aQueryWithoutAnIndexNeedsAllowScan(Engine engine) {
        try (SqlStorage storage = filled(engine)) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            assertThatExceptionOfType(UnsupportedCapabilityException.class)
                    .isThrownBy(() -> books.where(YEAR.eq(1)).list());
            assertThatExceptionOfType(UnsupportedCapabilityException.class)
                    .isThrownBy(() -> books.where(TITLE.contains("A")).list());
            assertThat(books.where(TITLE.startsWith("A")).list()).hasSize((int)
                    texts(engine).stream().filter(text -> text.startsWith("A")).count());
            assertThat(books.where(ISBN.eq("i1").and(YEAR.eq(1))).list()).hasSize(1);
        }
    }

    @EachEngine
    void jsonIsComparedAsATreeAndListsAsLists(Engine engine) {
        Field<Library.Everything, @Nullable Json> tree = Library.EVERYTHING.field(Library.Everything::tree);
        Field<Library.Everything, @Nullable List<String>> tags = Library.EVERYTHING.field(Library.Everything::tags);
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Everything> all = storage.repository(Library.EVERYTHING);
            Json one = new Json.Num(new BigDecimal("1.0"));
            all.insertAll(List.of(
                    everything("a", new Json.Obj(Map.of("x", one)), List.of("p", "q")),
                    everything("b", new Json.Num(BigDecimal.ONE), List.of("q", "p")),
                    everything("c", null, null)));
            Json wanted = new Json.Obj(Map.of("x", new Json.Num(BigDecimal.ONE)));
            assertThat(all.where(tree.eq(wanted)).allowScan().limit(1).list())
                    .extracting(Library.Everything::id)
                    .containsExactly("a");
            assertThat(all.where(tree.ne(wanted)).allowScan().count()).isEqualTo(2);
            assertThat(all.where(tags.eq(List.of("q", "p"))).allowScan().list())
                    .extracting(Library.Everything::id)
                    .containsExactly("b");
            assertThat(FieldType.JSON.ordered()).isFalse();
        }
    }

    private static Library.Everything everything(String id, @Nullable Json tree, @Nullable List<String> tags) {
        return new Library.Everything(id, null, null, null, null, null, null, null, null, tree, tags);
    }

    @EachEngine
    void aCursorGoesOnBehindItsRowWhateverElseIsAskedFor(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            for (String isbn : List.of("a", "b", "c", "d")) {
                books.insert(new Library.Book(isbn, "t", isbn.compareTo("c") < 0 ? 2 : 1, null));
            }
            Query<Library.Book> byYear = books.all().allowScan().orderBy(YEAR.ascending());
            String behindD = byYear.limit(2).page().next();
            assertThat(byYear.after(behindD).where(YEAR.eq(1)).list()).isEmpty();
            assertThat(byYear.after(behindD).where(YEAR.eq(2)).list()).hasSize(2);
            assertThat(byYear.before(behindD).where(YEAR.eq(1)).list()).hasSize(1);
            assertThat(byYear.before(behindD).where(YEAR.eq(2)).list()).isEmpty();
        }
    }

    @EachEngine
    void aCursorOfAnotherPartitionIsRefused(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Ticker> tickers = storage.repository(Library.TICKERS);
            for (String chat : List.of("1", "2")) {
                for (String symbol : List.of("AAPL", "MSFT", "SPY")) {
                    tickers.partition(chat).append(new Library.Ticker(chat, symbol, null));
                }
            }
            String next = tickers.partition("1").query().limit(1).page().next();
            assertThat(tickers.partition("1").query().after(next).list()).hasSize(2);
            assertThatExceptionOfType(InvalidValueException.class)
                    .isThrownBy(() -> tickers.partition("2").query().after(next).list())
                    .withMessageContaining("another partition");
        }
    }

    @Test
    void aConditionThatNoFieldCouldMeetIsRefusedByTheFieldsName() {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> TITLE.startsWith("\uD83D"))
                .withMessageContaining("title: the text has an unpaired surrogate");
        Field<Library.Everything, @Nullable BigDecimal> money = Library.EVERYTHING.field(Library.Everything::money);
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> money.gt(new BigDecimal("0.001")))
                .withMessageContaining("more decimals");
        Condition<Library.Book> deep = TITLE.eq("a");
        for (int i = 0; i < 5_000; i++) {
            deep = deep.and(TITLE.ne("b")).not();
        }
        Condition<Library.Book> tooDeep = deep;
        try (SqlStorage storage = Engine.SQLITE.open(directory, Library.CATALOG)) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            assertThatExceptionOfType(InvalidValueException.class)
                    .isThrownBy(() -> books.where(tooDeep))
                    .withMessageContaining("200 levels");
        }
    }

    @EachEngine
    void whatNoTextOfTheEngineCanBeIsComparedAllTheSame(Engine engine) {
        String nul = "A\0b";
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            for (String title : List.of("", "A", "AB")) {
                books.insert(new Library.Book("isbn" + title, title, 2000, null));
            }
            assertThat(titles(books.where(TITLE.gt(nul)))).containsExactly("AB");
            assertThat(titles(books.where(TITLE.ge(nul)))).containsExactly("AB");
            assertThat(titles(books.where(TITLE.lt(nul)))).containsExactly("", "A");
            assertThat(titles(books.where(TITLE.le(nul)))).containsExactly("", "A");
            assertThat(titles(books.where(TITLE.ne(nul)))).hasSize(3);
            assertThat(titles(books.where(TITLE.in(List.of(nul, "A"))))).containsExactly("A");
            for (Condition<Library.Book> none :
                    List.of(TITLE.eq(nul), TITLE.in(List.of(nul)), TITLE.startsWith(nul), TITLE.contains("\0"))) {
                assertThat(titles(books.where(none))).isEmpty();
            }
            assertThat(books.find(nul)).isEmpty();
            assertThat(books.findAll(List.of(Key.of(nul), Key.of("isbnA")))).doesNotHaveDuplicates();
            assertThat(books.delete(nul)).isFalse();
            assertThat(storage.repository(Library.LOANS).partition(nul).list()).isEmpty();
        }
    }

    private static List<String> titles(Query<Library.Book> query) {
        return query.allowScan().orderBy(TITLE.ascending()).list().stream()
                .map(Library.Book::title)
                .toList();
    }
}
