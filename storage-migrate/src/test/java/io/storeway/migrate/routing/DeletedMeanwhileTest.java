package io.storeway.migrate.routing;

import static io.storeway.migrate.routing.Library.AUTHORS;
import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.migrate.routing.Library.Author;
import io.storeway.migrate.routing.Library.Book;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is deleted on one side while nothing follows is not brought back by the next migration between the two. */
class DeletedMeanwhileTest {

    private static final EntityType<Book> BOOKS = Library.books(AUTHORS, OnDelete.CASCADE);
    private static final Catalog CATALOG = Catalog.of(BOOKS, AUTHORS);

    @TempDir
    Path folder;

    private Storage open(String kind, String name) {
        return Moves.open(kind, folder.resolve(name), CATALOG, Clock.systemUTC());
    }

    private static RoutedStorage routed(String name, Storage from, Storage to, Storage control) {
        return Moves.quiet(from, to).named(name).controlledBy(control).open();
    }

    private static void fill(Storage storage) {
        for (String id : List.of("1", "2", "3")) {
            storage.repository(AUTHORS).save(new Author(id, "Ann"));
            storage.repository(BOOKS).save(new Book(id, id));
        }
    }

    private static void assertThirdAlone(Storage storage) {
        assertThat(storage.repository(AUTHORS).all().allowScan().list()).containsExactly(new Author("3", "Ann"));
        assertThat(storage.repository(BOOKS).all().allowScan().list()).containsExactly(new Book("3", "3"));
    }

    /** Of two one is written by the migration while both sides are, so that it has a version, and one is only copied. */
    @ParameterizedTest
    @CsvSource({"blobs, sqlite", "rules, h2", "sqlite, rules", "h2, blobs", "sqlite, h2"})
    void afterTheEndOfTheFirstMigration(String from, String to) {
        try (Storage old = open(from, "old");
                Storage fresh = open(to, "new");
                Storage control = open("sqlite", "control")) {
            fill(old);
            try (RoutedStorage there = routed("there", old, fresh, control)) {
                Moves.to(there, Stage.DUAL_WRITE);
                there.repository(AUTHORS).save(new Author("1", "Ada"));
                Moves.to(there, Stage.COMPLETE);
                for (String id : List.of("1", "2")) {
                    there.repository(BOOKS).delete(id);
                    there.repository(AUTHORS).delete(id);
                }
            }
            try (RoutedStorage back = routed("back", fresh, old, control)) {
                Moves.to(back, Stage.LIVE);
                assertThirdAlone(old);
                assertThirdAlone(fresh);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"blobs, sqlite", "sqlite, rules", "h2, blobs"})
    void whileTheMigrationIsOffForATime(String from, String to) {
        try (Storage old = open(from, "old");
                Storage fresh = open(to, "new");
                Storage control = open("sqlite", "control");
                RoutedStorage routed = routed("there", old, fresh, control)) {
            fill(old);
            Moves.to(routed, Stage.DUAL_WRITE);
            routed.control().backfill("test", "copy");
            routed.routing().tick();
            routed.control().rollback("test", "for a time");
            routed.routing().tick();
            for (String id : List.of("1", "2")) {
                routed.repository(BOOKS).delete(id);
                routed.repository(AUTHORS).delete(id);
            }
            Moves.to(routed, Stage.LIVE);
            assertThirdAlone(fresh);
        }
    }
}
