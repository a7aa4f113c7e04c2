package io.storeway.migrate.routing;

import static io.storeway.migrate.routing.Library.AUTHORS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.Library.Author;
import io.storeway.migrate.routing.Library.Book;
import io.storeway.migrate.routing.internal.replication.Marks;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.replication.Touched;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Items that the new storage refuses after the old one has acknowledged them: the old one knows no references. */
class LateResidueTest {

    private static final EntityType<Book> BOOKS = Library.books(AUTHORS, OnDelete.RESTRICT);
    private static final Catalog CATALOG = Catalog.of(BOOKS, AUTHORS);

    @TempDir
    Path folder;

    private Storage old;
    private Storage fresh;
    private RoutedStorage routed;

    @BeforeEach
    void open() {
        old = KvStorage.open(new MemoryStore(), CATALOG);
        fresh = Storages.open("jdbc:sqlite:" + folder.resolve("new.db"), CATALOG);
        routed = Moves.quiet(old, fresh).controlledBy(fresh).open();
    }

    @AfterEach
    void close() {
        routed.close();
        fresh.close();
        old.close();
    }

    private void book(String isbn) {
        routed.repository(BOOKS).save(new Book(isbn, "a" + isbn));
    }

    private void author(String id) {
        routed.repository(AUTHORS).save(new Author(id, "Ann"));
    }

    private List<String> copied() {
        return fresh.repository(BOOKS).all().allowScan().list().stream()
                .map(Book::isbn)
                .sorted()
                .toList();
    }

    @Test
    void whatHasNoPlaceSinceTheComparisonHoldsTheSwitchUntilItIsWaived() {
        Moves.to(routed, Stage.READ_NEW);
        routed.control().percent(100, "ann", "all");
        book("1");
        assertThat(copied()).isEmpty();
        String residue = "books has 1 items that the new storage can't hold, and 0 are waived";
        assertThat(routed.control().blocks())
                .singleElement()
                .satisfies(block -> assertThat(block.reason()).contains(residue));
        assertThatThrownBy(() -> routed.control().advance("ann", "on"))
                .isInstanceOf(StageBlockedException.class)
                .hasMessageContaining(residue);
        assertThat(routed.control().status().stage()).isEqualTo(Stage.READ_NEW);
        routed.control().waiveResidue("books", 1, "ann", "an orphan");
        assertThat(routed.control().blocks()).isEmpty();
        assertThat(routed.control().advance("ann", "on").stage()).isEqualTo(Stage.LIVE);
    }

    @Test
    void whatComesBeforeItsParentIsTriedAgainUntilTheParentIsThere() {
        Moves.to(routed, Stage.DUAL_WRITE);
        book("1");
        for (int round = 0; round < 20; round++) {
            routed.routing().tick();
        }
        assertThat(copied()).isEmpty();
        author("a1");
        for (int round = 0; round < 40; round++) {
            routed.routing().tick();
        }
        assertThat(copied()).containsExactly("1");
        assertThat(fresh.replica().read(BOOKS, List.of(Key.of("1"))).get(0).residue())
                .isEmpty();
    }

    @Test
    void childrenThatLoseTheirParentAreBackSoonAfterIt() {
        Moves.to(routed, Stage.DUAL_WRITE);
        author("a1");
        book("1");
        routed.repository(AUTHORS).delete("a1");
        assertThat(copied()).isEmpty();
        author("a1");
        for (int round = 0; round < 5; round++) {
            routed.routing().tick();
        }
        assertThat(copied()).containsExactly("1");
    }

    @Test
    void aUnitThatWritesTheChildFirstFollowsAsAWhole() {
        Moves.to(routed, Stage.DUAL_WRITE);
        routed.transact(unit -> {
            unit.repository(BOOKS).save(new Book("1", "a1"));
            unit.repository(AUTHORS).save(new Author("a1", "Ann"));
            return unit;
        });
        assertThat(copied()).containsExactly("1");
    }

    @Test
    void anInstanceThatDiedLeavesNoResidueWhateverTheOrderOfItsMarks() {
        Moves.to(routed, Stage.DUAL_WRITE);
        long term = routed.routing().member().view().record().term();
        old.replica().transact(unit -> {
            unit.repository(BOOKS).save(new Book("1", "a1"));
            unit.repository(AUTHORS).save(new Author("a1", "Ann"));
            Marks.put(
                    unit,
                    new Sides(old, fresh, "default", Clock.systemUTC()),
                    List.of(
                            new Touched.Batch(BOOKS, unit.advance(BOOKS, List.of(Key.of("1")), term)),
                            new Touched.Batch(AUTHORS, unit.advance(AUTHORS, List.of(Key.of("a1")), term))),
                    Instant.EPOCH);
            return unit;
        });
        routed.routing().tick();
        assertThat(routed.control().status().marks()).hasValue(0);
        assertThat(copied()).containsExactly("1");
    }
}
