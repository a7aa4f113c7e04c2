package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Items that the new storage refuses and that were waived, while the application goes on writing beside them. */
class WaivedResidueTest {

    record Book(String isbn) {}

    record Loan(String id, @Nullable String book) {}

    record Copy(String user, String id, @Nullable String book) {}

    private static final EntityType<Book> BOOKS = EntityType.of(Book.class, MethodHandles.lookup())
            .named("books")
            .identifiedBy(Book::isbn)
            .keyValue("book:{isbn}", Blob.object())
            .build();
    private static final EntityType<Loan> LOANS = EntityType.of(Loan.class, MethodHandles.lookup())
            .named("loans")
            .identifiedBy(Loan::id)
            .nullable(Loan::book)
            .references(Loan::book, BOOKS, OnDelete.CASCADE)
            .keyValue("loan:{id}", Blob.object())
            .build();
    private static final EntityType<Copy> COPIES = EntityType.of(Copy.class, MethodHandles.lookup())
            .named("copies")
            .partitionedBy(Copy::user)
            .identifiedBy(Copy::id)
            .ordered()
            .nullable(Copy::book)
            .references(Copy::book, BOOKS, OnDelete.CASCADE)
            .keyValue("copies:{user}", Blob.arrayOfObjects())
            .build();
    private static final EntityType<Copy> WISHES = EntityType.of(Copy.class, MethodHandles.lookup())
            .named("wishes")
            .partitionedBy(Copy::user)
            .identifiedBy(Copy::id)
            .nullable(Copy::book)
            .references(Copy::book, BOOKS, OnDelete.CASCADE)
            .keyValue("wishes:{user}", Blob.arrayOfObjects())
            .build();
    private static final Catalog CATALOG = Catalog.of(BOOKS, LOANS, COPIES, WISHES);

    @TempDir
    Path folder;

    private final Storage old = Storages.open("memory:", CATALOG);

    @AfterEach
    void close() {
        old.close();
    }

    private RoutedStorage routed(Storage fresh) {
        return Moves.quiet(old, fresh).open();
    }

    private Storage fresh(String kind) {
        return Storages.open("jdbc:" + kind + ":" + folder.resolve("new"), CATALOG);
    }

    private static void live(RoutedStorage routed) {
        Moves.to(routed, Stage.DUAL_WRITE);
        CATALOG.types().forEach(type -> routed.control().waiveResidue(type.name(), 10, "ann", "old dirt"));
        Moves.to(routed, Stage.LIVE);
    }

    private static void requireSettled(RoutedStorage routed) {
        routed.routing().tick();
        assertThat(routed.control().status().marks()).hasValue(0);
        assertThat(routed.control().compare().equal()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2"})
    void givesWayToTheRecordThatIsWrittenUnderItsKey(String kind) {
        old.repository(LOANS).insertAll(List.of(new Loan("1", "none"), new Loan("2", "none")));
        old.repository(COPIES)
                .insertAll(List.of(new Copy("u", "a", null), new Copy("u", "b", "none"), new Copy("u", "c", "none")));
        try (Storage fresh = fresh(kind);
                RoutedStorage routed = routed(fresh)) {
            live(routed);
            Repository<Loan> loans = routed.repository(LOANS);
            Repository<Copy> copies = routed.repository(COPIES);
            loans.save(new Loan("1", null));
            copies.save(new Copy("u", "b", null));
            copies.save(new Copy("u", "c", null));
            copies.delete("u", "c");
            requireSettled(routed);
            assertThat(old.repository(LOANS).find("1")).contains(new Loan("1", null));
            assertThat(old.repository(LOANS).find("2")).contains(new Loan("2", "none"));
            assertThat(old.repository(COPIES).partition("u").list())
                    .containsExactly(new Copy("u", "a", null), new Copy("u", "b", null));
            routed.control().rollback("ann", "back");
            routed.routing().tick();
            assertThat(routed.stage()).isEqualTo(Stage.READ_NEW);
            loans.delete("1");
            requireSettled(routed);
            assertThat(old.repository(LOANS).exists("1")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2"})
    void isTheSameWhereverItStandsInTheOldList(String kind) {
        old.repository(COPIES)
                .insertAll(List.of(new Copy("u", "a", null), new Copy("u", "b", null), new Copy("u", "c", "none")));
        try (Storage fresh = fresh(kind);
                RoutedStorage routed = routed(fresh)) {
            live(routed);
            routed.repository(COPIES).delete("u", "a");
            routed.repository(COPIES).save(new Copy("u", "d", null));
            requireSettled(routed);
            assertThat(old.repository(COPIES).partition("u").list())
                    .containsExactlyInAnyOrder(
                            new Copy("u", "b", null), new Copy("u", "c", "none"), new Copy("u", "d", null));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2"})
    void leavesRoomForItemsThatAreRefusedLater(String kind) {
        old.repository(BOOKS).insert(new Book("x"));
        old.repository(WISHES)
                .insertAll(List.of(new Copy("u", "a", "none"), new Copy("u", "b", "x"), new Copy("u", "c", "x")));
        try (Storage fresh = fresh(kind);
                RoutedStorage routed = routed(fresh)) {
            Moves.to(routed, Stage.DUAL_WRITE);
            routed.control().backfill("ann", "copy");
            assertThat(fresh.repository(WISHES).partition("u").list()).hasSize(2);
            routed.repository(BOOKS).delete("x");
            requireSettled(routed);
            assertThat(fresh.repository(WISHES).partition("u").list()).isEmpty();
            assertThat(old.repository(WISHES).partition("u").list()).hasSize(3);
        }
    }
}
