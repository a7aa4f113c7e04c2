package io.storeway.examples.bookstrack;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storage;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.RoutedStorageBuilder;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageAdvisor;
import io.storeway.migrate.routing.StageControl;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads move as far as the flag wishes and the health of the tables allows; the stage record decides. */
class RolloutTest {

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2025-11-21T12:00:00Z"));
    private final FaultPlan tables = FaultPlan.none();
    private final FaultPlan flags = FaultPlan.none();
    private Stores stores;
    private RoutedStorage routed;
    private StageControl control;
    private RunningService service;

    @BeforeEach
    void compareReads() throws Exception {
        stores = Stores.open(folder, clock);
        Samples.fill(stores.kv());
        Storage sql = Faults.of(tables).in(stores.sql());
        RoutedStorageBuilder builder = RoutedStorage.between(stores.kv(), sql)
                .named("bookstrack")
                .controlledBy(stores.sql())
                .clock(clock)
                .advisedBy(StageAdvisor.key(Faults.of(flags).in(stores.blobs()), Stores.FLAG))
                .heartbeat(Duration.ofMillis(20))
                .shadowSample(100)
                .shadowComparisons(0);
        routed = builder.open();
        control = routed.control();
        control.advance("test", "begin");
        control.backfill("test", "copy");
        control.advance("test", "copied");
        service = new RunningService(routed, clock);
    }

    @AfterEach
    void stop() {
        service.close();
        routed.close();
        stores.close();
    }

    private void awaitShare(int percent) {
        Eventually.until(() ->
                control.status().stage() == Stage.READ_NEW && control.status().percent() == percent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes", "READ_NEW 101", "10%"})
    void aFlagThatMakesNoSenseMovesNothingAndIsReported(String text) {
        stores.setFlag(text);
        Eventually.until(() -> routed.advice().isPresent());
        assertThat(routed.stage()).isEqualTo(Stage.SHADOW);
        stores.setFlag("READ_NEW 1");
        awaitShare(1);
    }

    @Test
    void readsMoveInStepsAsTheFlagWishes() {
        for (int share : new int[] {1, 10, 50, 100, 20}) {
            stores.setFlag("READ_NEW " + share);
            awaitShare(share);
            assertThat(service.bookstrack.library("u1", LibraryFilter.ALL)).hasSize(10);
        }
    }

    @Test
    void aFlagThatIsGoneOrCannotBeReadMovesNothing() {
        stores.setFlag("READ_NEW 10");
        awaitShare(10);
        flags.when(call -> call.verb().equals("get"), Fault.FAIL_BEFORE);
        Eventually.until(() -> routed.advice().isPresent());
        assertThat(control.status().percent()).isEqualTo(10);
        stores.blobs().commit(List.of(), List.of(KeyValueStore.Write.delete(Stores.FLAG)));
        flags.stop();
        Eventually.until(() -> routed.advice().isEmpty());
        assertThat(control.status().percent()).isEqualTo(10);
    }

    @Test
    void theKillSwitchTakesReadsBackWithoutADeployment() {
        stores.setFlag("READ_NEW 100");
        awaitShare(100);
        stores.setFlag("false");
        Eventually.until(() -> control.status().stage() == Stage.SHADOW);
        stores.setFlag("true");
        assertThat(control.status().stage())
                .as("true allows, and moves nothing")
                .isEqualTo(Stage.SHADOW);
    }

    @Test
    void readsLeaveFailingTablesByThemselvesAndNoWriteIsLost() throws Exception {
        stores.setFlag("READ_NEW 100");
        awaitShare(100);
        AtomicInteger turn = new AtomicInteger();
        tables.when(call -> call.verb().equals("select") && turn.getAndIncrement() % 8 == 0, Fault.FAIL_BEFORE);
        int failed = 0;
        for (int i = 0; i < 200; i++) {
            failed += service.get("v1/library/u" + (1 + i % 3)).statusCode() == 503 ? 1 : 0;
        }
        assertThat(failed).as("of 200, more than 5 percent").isGreaterThan(10);
        assertThat(service.post("v1/library/u9/books", "{\"isbn\":\"9780000000010\",\"rating\":5}")
                        .statusCode())
                .isEqualTo(200);
        clock.advance(Duration.ofMinutes(1));
        Eventually.until(() -> control.status().stage() == Stage.SHADOW);
        assertThat(control.status().frozen()).isTrue();
        assertThat(control.status().reason()).contains("reads of the new storage");
        Eventually.until(() -> routed.stage() == Stage.SHADOW);
        for (int i = 0; i < 20; i++) {
            assertThat(service.get("v1/library/u1").statusCode()).isEqualTo(200);
        }
        tables.stop();
        Eventually.until(() -> control.status().marks().orElseThrow() == 0);
        assertThat(stores.sql().repository(LibraryEntry.LIBRARY).exists("u9", "9780000000010"))
                .isTrue();
        assertThat(control.compare().equal()).isTrue();
        control.unfreeze("ann", "mended");
        // A wish that was refused is tried again half a minute later.
        clock.advance(Duration.ofSeconds(31));
        awaitShare(100);
    }

    @Test
    void aDifferenceBetweenBlobsAndTablesHoldsTheRollout() throws SQLException {
        stores.setFlag("READ_NEW 10");
        awaitShare(10);
        try (Connection connection = stores.database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE Books SET title = 'past the service'");
        }
        Eventually.until(() -> {
            routed.repository(Book.BOOKS).find("9780000000010");
            return control.status().frozen();
        });
        stores.setFlag("READ_NEW 50");
        Eventually.until(() -> routed.advice().isPresent());
        assertThat(control.status().percent()).isEqualTo(10);
        assertThat(control.status().reason()).contains("differed");
    }
}
