package io.storeway.examples.bookstrack;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storage;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageControl;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service gives the same answers on blobs, on tables, and in every stage between, from the same code. */
class EveryStageTest {

    @TempDir
    Path folder;

    private Stores stores;

    @BeforeEach
    void open() {
        stores = Stores.open(folder, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        stores.close();
    }

    /** What a reader does and sees; leaves the library as it was. */
    private static void read(Storage storage) {
        Bookstrack service = new Bookstrack(storage, Clock.systemUTC());
        assertThat(service.book("9780000000011")).map(Book::title).contains("Book 1");
        assertThat(service.book("unknown")).isEmpty();
        assertThat(service.library("u1", LibraryFilter.ALL)).hasSize(10);
        assertThat(service.library("u1", LibraryFilter.ALL.rating(4))).hasSize(4);
        assertThat(service.library("u1", LibraryFilter.ALL.rating(4).year(1993)))
                .hasSize(2);
        assertThat(service.shelve("u1", "9780000000029", Status.READING, null, "so far"))
                .isPresent();
        assertThat(service.library("u1", LibraryFilter.ALL.status(Status.READING)))
                .singleElement()
                .satisfies(shelved -> {
                    assertThat(shelved.item().startedAt()).isNotNull();
                    assertThat(shelved.target()).extracting(Book::title).isEqualTo("Book 19");
                });
        assertThat(service.shelve("u1", "9780000000029", Status.COMPLETED, 5, null))
                .isPresent();
        assertThat(service.topRated("u1", 1994))
                .extracting(shelved -> shelved.item().isbn())
                .contains("9780000000029");
        assertThat(storage.repository(LibraryEntry.LIBRARY).delete("u1", "9780000000029"))
                .isTrue();
    }

    @Test
    void onBlobs() {
        Samples.fill(stores.kv());
        read(stores.kv());
    }

    @Test
    void onTables() {
        Samples.fill(stores.sql());
        read(stores.sql());
    }

    @Test
    void inEveryStage() {
        Samples.fill(stores.kv());
        try (RoutedStorage routed = stores.routed("pod-1").shadowComparisons(0).open()) {
            StageControl control = routed.control();
            forward(control, stage -> {
                assertThat(routed.stage()).isEqualTo(stage);
                read(routed);
            });
            assertThat(routed.stage()).isEqualTo(Stage.COMPLETE);
        }
        read(stores.sql());
    }

    @Test
    void backAgainFromWhereTheTablesDecide() {
        Samples.fill(stores.kv());
        try (RoutedStorage routed = stores.routed("pod-1").shadowComparisons(0).open()) {
            StageControl control = routed.control();
            forward(control, stage -> {
                if (stage == Stage.LIVE) {
                    new Bookstrack(routed, Clock.systemUTC()).shelve("u5", "9780000000010", null, 2, null);
                    control.rollback("test", "rehearsal");
                    assertThat(stores.kv().repository(LibraryEntry.LIBRARY).exists("u5", "9780000000010"))
                            .isTrue();
                    read(routed);
                    control.percent(100, "test", "again");
                    control.advance("test", "again");
                }
            });
        }
    }

    private static void forward(StageControl control, Consumer<Stage> inStage) {
        while (true) {
            Stage stage = control.status().stage();
            inStage.accept(stage);
            if (stage == Stage.COMPLETE) {
                return;
            }
            if (stage == Stage.DUAL_WRITE) {
                control.backfill("test", "copy");
            }
            if (stage == Stage.READ_NEW) {
                control.percent(100, "test", "everybody");
                inStage.accept(stage);
            }
            Eventually.until(() -> control.blocks().isEmpty());
            control.advance("test", "on");
        }
    }
}
