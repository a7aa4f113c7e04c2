package io.storeway.kv;

import static io.storeway.kv.Samples.storage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.Blob;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Page;
import io.storeway.Repository;
import io.storeway.Storages;
import io.storeway.UnitOfWork;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.error.RecordNotFoundException;
import io.storeway.error.StorageClosedException;
import io.storeway.error.TransactionFailedException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.Samples.Book;
import io.storeway.kv.Samples.Shelf;
import io.storeway.kv.Samples.Status;
import io.storeway.kv.Samples.Ticker;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvRepositoryTest {

    private static final Field<Shelf, String> ISBN = Samples.LIBRARY.field(Shelf::isbn);
    private static final Field<Shelf, String> USER = Samples.LIBRARY.field(Shelf::userId);

    private final MemoryStore store = new MemoryStore();
    private final KvStorage storage = storage(store);
    private final Repository<Shelf> library = storage.repository(Samples.LIBRARY);

    private static Shelf shelf(String user, String isbn) {
        return new Shelf(user, isbn, Status.completed, 3);
    }

    @Test
    void insertOfARecordThatIsThereBreaksThePrimaryKeyAndChangesNothing() {
        library.insert(shelf("u", "1"));
        String before = Samples.text(store, "library:u");
        assertThatThrownBy(() -> library.insertAll(List.of(shelf("v", "1"), shelf("u", "2"), shelf("u", "1"))))
                .isInstanceOfSatisfying(ConstraintViolationException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ConstraintKind.UNIQUE);
                    assertThat(e.constraint()).isEqualTo(Samples.LIBRARY.sql().primaryKey());
                    assertThat(e.columns()).containsExactly("user_id", "isbn");
                });
        assertThat(Samples.text(store, "library:u")).isEqualTo(before);
        assertThat(store.get("library:v")).isNull();
    }

    @Test
    void updateOfAMissingRecordIsNotFound() {
        assertThatThrownBy(() -> library.update(shelf("u", "1"))).isInstanceOf(RecordNotFoundException.class);
        assertThat(store.get("library:u")).isNull();
    }

    @Test
    void deleteSaysWhatWasThereAndTheLastOneTakesTheKey() {
        library.insertAll(List.of(shelf("u", "1"), shelf("u", "2")));
        assertThat(library.deleteAll(List.of(Key.of("u", "1"), Key.of("u", "1"), Key.of("x", "1"))))
                .isEqualTo(1);
        assertThat(library.delete("u", "2")).isTrue();
        assertThat(library.delete("u", "2")).isFalse();
        assertThat(store.get("library:u")).isNull();
    }

    @Test
    void findKeepsTheOrderOfTheKeys() {
        library.insertAll(List.of(shelf("u", "1"), shelf("v", "2")));
        List<?> found = library.findAll(List.of(Key.of("v", "2"), Key.of("u", "9"), Key.of("u", "1")));
        assertThat(found).isEqualTo(Arrays.asList(shelf("v", "2"), null, shelf("u", "1")));
    }

    @Test
    void expiredRecordCountsAsAbsentAndIsReplaced() {
        Repository<Book> books = storage.repository(Samples.BOOKS);
        books.insert(Book.of("1", "old").expiring(Samples.NOW));
        assertThat(books.find("1")).isEmpty();
        assertThat(books.all().allowScan().count()).isZero();
        assertThat(books.delete("1")).isFalse();
        assertThatThrownBy(() -> books.update(Book.of("1", "x"))).isInstanceOf(RecordNotFoundException.class);
        books.insert(Book.of("1", "new"));
        assertThat(books.find("1")).contains(Book.of("1", "new"));
        assertThat(Objects.requireNonNull(store.get("book:isbn:1")).expiresAt()).isNull();
    }

    record Chair(
            String room, String guest, int number, @Nullable Instant until) {}

    @Test
    void anExpiredRecordThatHasAUniqueValueGivesItUp() {
        EntityType<Chair> type = EntityType.of(Chair.class)
                .named("seats")
                .partitionedBy(Chair::room)
                .identifiedBy(Chair::guest)
                .unique(Chair::room, Chair::number)
                .nullable(Chair::until)
                .expiresAt(Chair::until)
                .keyValue("seats:{room}", Blob.arrayOfObjects())
                .build();
        Repository<Chair> seats = KvStorage.open(store, Catalog.of(type), Clock.fixed(Samples.NOW, ZoneOffset.UTC))
                .repository(type);
        seats.insertAll(List.of(new Chair("r", "gone", 1, Samples.NOW), new Chair("r", "other", 2, Samples.NOW)));
        seats.save(new Chair("r", "fresh", 1, null));
        assertThat(seats.partition("r").list()).containsExactly(new Chair("r", "fresh", 1, null));
        assertThat(Samples.text(store, "seats:r")).contains("other").doesNotContain("gone");
        assertThatThrownBy(() -> seats.insert(new Chair("r", "late", 1, null)))
                .isInstanceOf(ConstraintViolationException.class);
    }

    @Test
    void entryPastItsExpiryIsAbsentThoughNoFieldHoldsIt() {
        store.commit(List.of(), List.of(new Write("library:u", Samples.bytes("broken"), null, Samples.NOW)));
        assertThat(library.partition("u").list()).isEmpty();
        library.insert(shelf("u", "1"));
        assertThat(library.partition("u").count()).isEqualTo(1);
    }

    @Test
    void partitionWithABadItemIsRefusedForReadingAndWriting() {
        String blob = "[{\"isbn\":\"1\",\"status\":\"completed\"},{\"isbn\":\"2\",\"status\":\"lost\"}]";
        Samples.put(store, "library:u", blob);
        for (Runnable use : List.<Runnable>of(
                () -> library.partition("u").list(),
                () -> library.find("u", "1"),
                () -> library.save(shelf("u", "3")),
                () -> library.delete("u", "1"),
                () -> library.partition("u").clear(),
                () -> library.all().allowScan().count())) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("item 1: field status")
                    .hasMessageNotContaining("lost");
        }
        assertThat(Samples.text(store, "library:u")).isEqualTo(blob);
    }

    @Test
    void aRefusedPartitionIsNamedByKeyPositionAndMember() {
        Samples.put(
                store,
                "library:u",
                "[{\"isbn\":\"1\",\"status\":\"completed\"},{\"isbn\":{},\"status\":\"completed\"}]");
        library.insert(shelf("v", "1"));
        InvalidValueException refusal = catchThrowableOfType(
                InvalidValueException.class, () -> library.partition("u").list());
        assertThat(refusal.where()).isEqualTo("item 1");
        assertThat(refusal.reason()).startsWith("member isbn: ");
        assertThat(refusal.context().entity()).isEqualTo("library");
        assertThat(refusal.context().key()).isEqualTo(Key.of("u").redacted());
        assertThat(library.partition("v").count()).isEqualTo(1);
        assertThat(storage.replica()
                        .read(Samples.LIBRARY, List.of(Key.of("u")))
                        .get(0)
                        .items())
                .as("what a migration takes along")
                .hasSize(1);
    }

    @Test
    void queryAcrossPartitionsNeedsAllowScanUnlessThePartitionIsFixed() {
        library.insertAll(List.of(shelf("u", "1"), shelf("u", "2"), shelf("v", "1"), shelf("w", "3")));
        assertThat(library.where(USER.eq("u").and(ISBN.gt("1"))).list()).containsExactly(shelf("u", "2"));
        assertThatThrownBy(() -> library.where(ISBN.eq("1")).list()).isInstanceOf(UnsupportedCapabilityException.class);
        assertThat(library.where(ISBN.eq("1")).allowScan().list()).containsExactly(shelf("u", "1"), shelf("v", "1"));
        assertThat(library.all().allowScan().count()).isEqualTo(4);
    }

    @Test
    void pagesNeitherRepeatNorSkip() {
        for (int i = 0; i < 30; i++) {
            library.insert(shelf("u" + i % 7, "b" + i));
        }
        List<String> seen = new ArrayList<>();
        Page<Shelf> page =
                library.all().orderBy(ISBN.descending()).allowScan().limit(4).page();
        while (true) {
            page.items().forEach(item -> seen.add(item.isbn()));
            if (page.next() == null) {
                break;
            }
            page = library.all()
                    .orderBy(ISBN.descending())
                    .allowScan()
                    .limit(4)
                    .after(page.next())
                    .page();
        }
        assertThat(seen)
                .hasSize(30)
                .isSortedAccordingTo(Comparator.reverseOrder())
                .doesNotHaveDuplicates();
    }

    @Test
    void unitSeesItsOwnWritesAndBecomesVisibleAtOnce() {
        Repository<Ticker> outside = storage.repository(Samples.WATCHLISTS);
        storage.transact(unit -> {
            unit.repository(Samples.WATCHLISTS).insert(new Ticker("1", "SPY"));
            unit.repository(Samples.LIBRARY).insert(shelf("1", "9"));
            assertThat(unit.repository(Samples.WATCHLISTS).partition("1").list())
                    .hasSize(1);
            assertThat(unit.repository(Samples.LIBRARY).all().allowScan().list())
                    .hasSize(1);
            assertThat(outside.partition("1").list()).isEmpty();
            return true;
        });
        assertThat(outside.partition("1").list()).hasSize(1);
        assertThat(library.partition("1").list()).hasSize(1);
    }

    @Test
    void unitThatThrowsWritesNothing() {
        IllegalStateException mine = new IllegalStateException("mine");
        assertThatThrownBy(() -> storage.transact(unit -> {
                    unit.repository(Samples.LIBRARY).insert(shelf("1", "9"));
                    throw mine;
                }))
                .isSameAs(mine);
        assertThat(store.list("", null, 1).entries()).isEmpty();
    }

    private static void anotherWriter(Runnable work) {
        CompletableFuture.runAsync(work).join();
    }

    @Test
    void unitRunsAgainWhenWhatItReadHasChanged() {
        library.insert(shelf("a", "1"));
        AtomicInteger runs = new AtomicInteger();
        storage.transact(unit -> {
            long read = unit.repository(Samples.LIBRARY).partition("a").count();
            if (runs.incrementAndGet() == 1) {
                anotherWriter(() -> library.insert(shelf("a", "2")));
            }
            unit.repository(Samples.LIBRARY).insert(shelf("b", "n" + read));
            return true;
        });
        assertThat(runs).hasValue(2);
        assertThat(library.partition("b").list()).containsExactly(shelf("b", "n2"));
    }

    @Test
    void unitGivesUpWhenOthersAreAlwaysFaster() {
        AtomicInteger runs = new AtomicInteger();
        assertThatThrownBy(() -> storage.transact(unit -> {
                    long read = unit.repository(Samples.LIBRARY).partition("a").count();
                    String name = "x" + runs.incrementAndGet();
                    anotherWriter(() -> library.insert(shelf("a", name)));
                    unit.repository(Samples.LIBRARY).insert(shelf("b", "n" + read));
                    return true;
                }))
                .isInstanceOf(TransactionFailedException.class);
        assertThat(runs).hasValue(KvStorage.MAX_ATTEMPTS);
        assertThat(library.partition("b").count()).isZero();
    }

    @Test
    void unitIsNotUsedAfterItsEnd() {
        AtomicReference<UnitOfWork> leaked = new AtomicReference<>();
        storage.transact(unit -> {
            leaked.set(unit);
            return true;
        });
        assertThatThrownBy(() -> Objects.requireNonNull(leaked.get()).repository(Samples.LIBRARY))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void uniqueKeyWithinThePartitionIsEnforced() {
        record Seat(String room, int number, String guest) {}
        EntityType<Seat> seats = EntityType.of(Seat.class, java.lang.invoke.MethodHandles.lookup())
                .partitionedBy(Seat::room)
                .identifiedBy(Seat::number)
                .unique(Seat::room, Seat::guest)
                .build();
        Repository<Seat> repository = KvStorage.open(store, Catalog.of(seats)).repository(seats);
        repository.insert(new Seat("r", 1, "a"));
        assertThatThrownBy(() -> repository.insert(new Seat("r", 2, "a")))
                .isInstanceOfSatisfying(
                        ConstraintViolationException.class,
                        e -> assertThat(e.constraint())
                                .isEqualTo(seats.uniqueKeys().get(0).name()));
        repository.insert(new Seat("q", 2, "a"));
        assertThat(repository.partition("r").count()).isEqualTo(1);
    }

    @Test
    void capabilitiesFollowTheStore(@TempDir Path directory) throws Exception {
        assertThat(storage.capabilities().declared())
                .containsExactlyInAnyOrder(
                        Capability.UNITS_OF_WORK,
                        Capability.PARTITION_VERSIONS,
                        Capability.CONDITIONAL_WRITES,
                        Capability.CONSISTENT_READS,
                        Capability.NUL_CHARACTERS,
                        Capability.NEGATIVE_ZERO,
                        Capability.WRITES);
        Path file = Files.writeString(directory.resolve("d.ndjson"), "{\"key\":\"library:u\",\"value\":\"[]\"}\n");
        try (KvStorage dump = storage(NdjsonStore.open(file))) {
            assertThat(dump.capabilities().has(Capability.WRITES)).isFalse();
            assertThatThrownBy(() -> dump.repository(Samples.LIBRARY).delete("u", "1"))
                    .isInstanceOf(UnsupportedCapabilityException.class);
        }
    }

    @Test
    void closingLeavesAStoreThatWasHandedInOpenAndClosesOneOpenedByUri(@TempDir Path directory) {
        storage.close();
        assertThatThrownBy(() -> library.partition("u").list()).isInstanceOf(StorageClosedException.class);
        assertThat(store.get("k")).isNull();
        String uri = "mvstore:" + directory.resolve("s.mv");
        Storages.open(uri, Samples.CATALOG).close();
        try (var again = Storages.open(uri, Samples.CATALOG)) {
            assertThat(again.capabilities().has(Capability.DURABLE)).isTrue();
            assertThat(again.name()).isEqualTo("mvstore");
        }
        assertThatThrownBy(() -> io.storeway.Storages.open("mvstore:", Samples.CATALOG))
                .isInstanceOf(InvalidValueException.class);
    }
}
