package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.OnDelete;
import io.storeway.Repository;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.kv.internal.IndexKeys;
import io.storeway.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What enforced constraints mean, and that their index holds exactly what the blobs hold. */
class EnforcedConstraintsTest {

    record User(String id, @Nullable String email, @Nullable Instant until) {
        User(String id, @Nullable String email) {
            this(id, email, null);
        }
    }

    record Book(String isbn) {}

    record Copy(String user, int number, @Nullable String isbn) {}

    record Note(
            String id, String text, String isbn, @Nullable Instant until) {}

    static final EntityType<User> USERS = EntityType.of(User.class)
            .named("users")
            .identifiedBy(User::id)
            .nullable(User::email, User::until)
            .unique(User::email)
            .expiresAt(User::until)
            .build();

    static final EntityType<Book> BOOKS =
            EntityType.of(Book.class).named("books").identifiedBy(Book::isbn).build();

    static final EntityType<Copy> COPIES = EntityType.of(Copy.class)
            .named("copies")
            .partitionedBy(Copy::user)
            .identifiedBy(Copy::number)
            .nullable(Copy::isbn)
            .references(Copy::user, USERS, OnDelete.CASCADE)
            .references(Copy::isbn, BOOKS, OnDelete.RESTRICT)
            .build();

    /** The store drops these by itself. */
    static final EntityType<Note> NOTES = EntityType.of(Note.class)
            .named("notes")
            .identifiedBy(Note::id)
            .nullable(Note::until)
            .unique(Note::text)
            .references(Note::isbn, BOOKS, OnDelete.CASCADE)
            .expiresAt(Note::until)
            .keyValue("note:{id}", Blob.<Note>object().expiry(Note::until))
            .build();

    static final Catalog CATALOG = Catalog.of(USERS, BOOKS, COPIES, NOTES);

    private final MemoryStore store = new MemoryStore();
    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final KvStorage storage = KvStorage.open(store, CATALOG, clock, Constraints.ENFORCED);
    private final Repository<User> users = storage.repository(USERS);
    private final Repository<Book> books = storage.repository(BOOKS);
    private final Repository<Copy> copies = storage.repository(COPIES);
    private final Repository<Note> notes = storage.repository(NOTES);

    /** Whatever a test did, the index is the one that the blobs give. */
    @AfterEach
    void theIndexIsComplete() {
        List<String> kept = index();
        ConstraintIndex.build(store, CATALOG);
        assertThat(kept).containsAll(index());
    }

    private List<String> index() {
        return store.list("__storeway", null, 10_000).entries().stream()
                .map(entry -> entry.key())
                .filter(IndexKeys::covers)
                .toList();
    }

    private static void refused(Runnable write, ConstraintKind kind, String constraint, String column) {
        ConstraintViolationException refusal = catchThrowableOfType(ConstraintViolationException.class, write::run);
        assertThat(refusal).as("a violation of " + constraint).isNotNull();
        assertThat(refusal.kind()).isEqualTo(kind);
        assertThat(refusal.constraint()).isEqualTo(constraint);
        assertThat(refusal.columns()).containsExactly(column);
    }

    private static void taken(Runnable write) {
        refused(write, ConstraintKind.UNIQUE, "users_email_uq", "email");
    }

    @Test
    void missingValuesAgreeWithNone() {
        users.insertAll(List.of(new User("a", null), new User("b", null), new User("c", "x")));
        users.update(new User("c", null));
        users.insert(new User("d", "x"));
        taken(() -> users.update(new User("a", "x")));
    }

    @Test
    void aStatementIsCheckedAtItsEnd() {
        users.insertAll(List.of(new User("a", "x"), new User("b", "y")));
        users.saveAll(List.of(new User("a", "y"), new User("b", "x")));
        taken(() -> users.insertAll(List.of(new User("c", "z"), new User("d", "z"))));
        assertThat(users.exists("c")).isFalse();
    }

    @Test
    void aUniqueValueIsFreeWhenItsRecordIsGone() {
        users.insert(new User("a", "x"));
        users.delete("a");
        users.insert(new User("b", "x"));
        users.update(new User("b", "y"));
        users.insert(new User("c", "x"));
        users.deleteAll(List.of(Key.of("b"), Key.of("c")));
        assertThat(index()).containsExactly(IndexKeys.RECORD);
    }

    @Test
    void anExpiredRecordGivesItsUniqueValueUp() {
        users.insert(new User("a", "x", clock.instant().plusSeconds(1)));
        copies.insert(new Copy("a", 1, null));
        taken(() -> users.insert(new User("b", "x")));
        clock.advance(Duration.ofSeconds(1));
        users.insert(new User("b", "x"));
        assertThat(copies.partition("a").list()).as("what referred to it").isEmpty();
        assertThat(storage.replica().read(USERS, List.of(Key.of("a"))).get(0).items())
                .isEmpty();
    }

    @Test
    void anExpiredRecordThatTheStoreHasNotDroppedGoesWithItsUniqueValue() {
        books.insert(new Book("i"));
        notes.insert(new Note("n", "text", "i", clock.instant().plusSeconds(1)));
        clock.advance(Duration.ofSeconds(1));
        notes.insert(new Note("m", "text", "i", null));
        assertThat(notes.purgeExpired()).isZero();
    }

    @Test
    void anExpiredRecordThatTheStoreHasNotDroppedGoesWithTheOneItRefersTo() {
        books.insert(new Book("i"));
        notes.insert(new Note("n", "text", "i", clock.instant()));
        assertThat(books.delete("i")).isTrue();
        assertThat(notes.purgeExpired()).isZero();
    }

    @Test
    void aNewRecordInThePlaceOfAnExpiredOneKeepsWhatRefersToIt() {
        users.insert(new User("a", "x", clock.instant().plusSeconds(1)));
        copies.insert(new Copy("a", 1, null));
        clock.advance(Duration.ofSeconds(1));
        users.insert(new User("a", "z"));
        assertThat(copies.partition("a").count()).isEqualTo(1);
    }

    @Test
    void whatTheStoreHasDroppedHoldsNothing() {
        books.insert(new Book("i"));
        notes.insert(new Note("n", "text", "i", clock.instant().plusSeconds(1)));
        clock.advance(Duration.ofSeconds(1));
        notes.insert(new Note("m", "text", "i", null));
        store.purge(clock.instant());
        assertThat(books.delete("i")).isTrue();
        assertThat(notes.all().allowScan().list()).isEmpty();
        assertThat(index()).containsExactly(IndexKeys.RECORD);
    }

    @Test
    void aUniqueValueIsHeldAsLongAsItsRecord() {
        books.insert(new Book("i"));
        notes.insert(new Note("n", "text", "i", clock.instant().plusSeconds(1)));
        notes.update(new Note("n", "text", "i", clock.instant().plusSeconds(9)));
        clock.advance(Duration.ofSeconds(5));
        store.purge(clock.instant());
        refused(() -> notes.insert(new Note("m", "text", "i", null)), ConstraintKind.UNIQUE, "notes_text_uq", "text");
    }

    @Test
    void aRecordThatOthersReferToStays() {
        users.insertAll(List.of(new User("a", null), new User("b", null)));
        books.insertAll(List.of(new Book("i"), new Book("j")));
        copies.insertAll(List.of(new Copy("a", 1, "i"), new Copy("b", 1, "i"), new Copy("b", 2, "j")));
        refused(() -> books.delete("i"), ConstraintKind.REFERENCE, "copies_isbn_fk", "isbn");
        copies.delete("a", 1);
        refused(() -> books.delete("i"), ConstraintKind.REFERENCE, "copies_isbn_fk", "isbn");
        copies.update(new Copy("b", 1, "j"));
        assertThat(books.delete("i")).isTrue();
        assertThat(users.delete("b")).isTrue();
        assertThat(books.delete("j")).isTrue();
        users.delete("a");
        assertThat(index()).containsExactly(IndexKeys.RECORD);
    }

    @Test
    void aReplacedPartitionFollowsTheRules() {
        users.insert(new User("a", null));
        books.insertAll(List.of(new Book("i"), new Book("j")));
        copies.partition("a").replace(List.of(new Copy("a", 1, "i")));
        copies.partition("a").replace(List.of(new Copy("a", 1, "j")));
        books.delete("i");
        refused(
                () -> copies.partition("a").replace(List.of(new Copy("a", 1, "i"))),
                ConstraintKind.REFERENCE,
                "copies_isbn_fk",
                "isbn");
        assertThat(copies.partition("a").list()).containsExactly(new Copy("a", 1, "j"));
        copies.partition("a").clear();
        assertThat(books.delete("j")).isTrue();
    }

    @Test
    void aPurgeTakesWhatRefersToTheExpiredAlong() {
        users.insert(new User("a", "x", clock.instant().plusSeconds(1)));
        users.insert(new User("b", null));
        copies.insertAll(List.of(new Copy("a", 1, null), new Copy("b", 1, null)));
        clock.advance(Duration.ofSeconds(1));
        assertThat(users.purgeExpired()).isEqualTo(1);
        assertThat(copies.all().allowScan().list()).containsExactly(new Copy("b", 1, null));
    }

    @Test
    void aRefusedStatementLeavesNothingInItsUnit() {
        users.insert(new User("a", "x"));
        storage.transact(unit -> {
            unit.repository(USERS).insert(new User("b", "y"));
            taken(() -> unit.repository(USERS).insertAll(List.of(new User("c", "z"), new User("d", "x"))));
            assertThat(unit.repository(USERS).exists("c")).isFalse();
            unit.repository(USERS).insert(new User("e", "z"));
            return true;
        });
        assertThat(users.all().allowScan().list()).extracting(User::id).containsExactly("a", "b", "e");
    }

    @Test
    void aUnitSeesItsOwnParentsAndValues() {
        storage.transact(unit -> {
            refused(
                    () -> unit.repository(COPIES).insert(new Copy("a", 1, null)),
                    ConstraintKind.REFERENCE,
                    "copies_user_fk",
                    "user");
            unit.repository(USERS).insert(new User("a", "x"));
            unit.repository(COPIES).insert(new Copy("a", 1, null));
            taken(() -> unit.repository(USERS).insert(new User("b", "x")));
            unit.repository(USERS).delete("a");
            unit.repository(USERS).insert(new User("b", "x"));
            return true;
        });
        assertThat(copies.all().allowScan().list()).isEmpty();
        assertThat(users.exists("b")).isTrue();
    }

    @Test
    void manyPartitionsMayReferToOneRecord() {
        books.insertAll(List.of(new Book("i"), new Book("j")));
        int many = 1_000;
        List<Note> all = IntStream.range(0, many)
                .mapToObj(i -> new Note("n" + i, "t" + i, "i", null))
                .toList();
        for (int from = 0; from < many; from += 100) {
            notes.insertAll(all.subList(from, from + 100));
        }
        assertThat(store.list(IndexKeys.children("notes"), null, many).entries())
                .as("parts of the set")
                .hasSizeBetween(8, 64);
        notes.deleteAll(List.of(Key.of("n0"), Key.of("n999")));
        notes.insert(new Note("other", "other", "j", null));
        assertThat(books.delete("i")).isTrue();
        assertThat(notes.all().allowScan().list()).extracting(Note::id).containsExactly("other");
        assertThat(store.list(IndexKeys.children("notes"), null, many).entries())
                .hasSize(1);
    }

    @Test
    void aSetOfWhatTheStoreDropsDoesNotGrow() {
        books.insert(new Book("i"));
        for (int i = 0; i < 1_000; i++) {
            notes.insert(new Note("n" + i, "t" + i, "i", clock.instant().plusMillis(10)));
            clock.advance(Duration.ofMillis(1));
            store.purge(clock.instant());
        }
        assertThat(store.list(IndexKeys.children("notes"), null, 100).entries()).hasSize(1);
    }

    @Test
    void longValuesAreIndexedToo() {
        String large = "x".repeat(5_000);
        users.insert(new User("a", large));
        taken(() -> users.insert(new User("b", large)));
        users.insert(new User("b", large + "y"));
        users.delete("a");
        users.insert(new User("c", large));
    }
}
