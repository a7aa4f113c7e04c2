package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageException;
import io.storeway.testkit.fault.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of the file while the database is open is what a kill at that moment leaves. */
class H2FileTest {

    private static final Catalog CATALOG = Catalog.of(Library.BOOKS);

    @TempDir
    Path folder;

    private Storage open(String name, String settings) {
        return Storages.open("jdbc:h2:file:" + folder.resolve(name) + settings, CATALOG);
    }

    private Path file(String name) {
        return folder.resolve(name + ".mv.db");
    }

    private long booksAfterAKill(byte[] left) throws IOException {
        Files.write(file("killed"), left);
        try (Storage killed = open("killed", "")) {
            return killed.repository(Library.BOOKS).all().allowScan().count();
        }
    }

    @Test
    void whatIsAcknowledgedSurvivesAKillThoughTheFilesSpaceIsUsedAgain() throws IOException {
        for (int opened = 0; opened < 4; opened++) {
            try (Storage storage = open("books", ";RETENTION_TIME=0")) {
                Repository<Library.Book> books = storage.repository(Library.BOOKS);
                for (int i = 10 * opened; i < 10 * (opened + 1); i++) {
                    books.insert(Library.book("b" + i));
                    assertThat(booksAfterAKill(Files.readAllBytes(file("books"))))
                            .as("books after the acknowledgement of the one with number %d", i)
                            .isEqualTo(i + 1);
                }
            }
        }
    }

    /** The lock that keeps other processes out would go if this one closed what it looked at the file with. */
    @Test
    void aSecondOpeningLeavesTheDatabaseLocked() throws InterruptedException {
        try (Storage first = open("books", "");
                Storage second = open("books", "")) {
            first.repository(Library.BOOKS).insert(Library.book("a"));
            assertThat(second.repository(Library.BOOKS).exists("a")).isTrue();
            try (JavaProcess other =
                    JavaProcess.start(Opening.class, folder.resolve("books").toString())) {
                assertThat(other.await()).isZero();
                assertThat(other.lines()).singleElement().asString().startsWith("refused");
            }
        }
    }

    /** Another process that opens the database. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] args) {
            try (Storage storage = Storages.open("jdbc:h2:file:" + args[0], CATALOG)) {
                System.out.println("opened " + storage.name());
            } catch (StorageException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    @Test
    void aDatabaseThatIsOpenIsSharedAndLeftAsItIs() {
        try (Storage first = open("books", "")) {
            first.repository(Library.BOOKS).insert(Library.book("a"));
            try (Storage second = open("books", "")) {
                second.repository(Library.BOOKS).insert(Library.book("b"));
                assertThat(first.repository(Library.BOOKS).exists("b")).isTrue();
            }
            first.repository(Library.BOOKS).insert(Library.book("c"));
        }
        try (Storage later = open("books", "")) {
            assertThat(later.repository(Library.BOOKS).all().allowScan().count())
                    .isEqualTo(3);
        }
    }
}
