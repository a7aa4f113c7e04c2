package io.storeway.examples.bookstrack;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.examples.bookstrack.Rollout.Decision;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageControl;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The flag wishes, the health of the service allows, and the stage record decides. */
class RolloutTest {

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final RequestMeter meter = new RequestMeter(nanos::get);
    private Stores stores;
    private RoutedStorage routed;
    private StageControl control;
    private ReadFlag flag;
    private Rollout rollout;

    @BeforeEach
    void startShadowReads() {
        stores = Stores.open(folder, Clock.systemUTC());
        Samples.fill(stores.kv());
        routed = stores.routed("pod-1").shadowComparisons(0).open();
        control = routed.control();
        control.advance("test", "begin");
        control.backfill("test");
        control.advance("test", "copied");
        flag = new ReadFlag(stores.blobs());
        rollout = new Rollout(control, meter, flag);
    }

    @AfterEach
    void stop() {
        routed.close();
        stores.close();
    }

    private int share() {
        return control.status().percent();
    }

    private void serve(int requests, int failing) {
        for (int i = 0; i < requests; i++) {
            boolean fails = i < failing;
            try {
                meter.measure(() -> {
                    if (fails) {
                        throw new IllegalStateException("a request fails");
                    }
                    return nanos.addAndGet(1_000_000);
                });
            } catch (Exception e) {
                assertThat(fails).isTrue();
            }
        }
    }

    private void raiseTo(String wish, int share) {
        flag.set(wish);
        while (share() < share) {
            serve(1_000, 1);
            assertThat(rollout.decide()).isEqualTo(Decision.RAISED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "false", "0%", "yes", "TRUE", "101%", "-1%", "1e2%", "true "})
    void aFlagThatDoesNotWishItMovesNothing(String wish) {
        flag.set(wish);
        assertThat(rollout.decide()).isEqualTo(Decision.STAY);
        assertThat(routed.stage()).isEqualTo(Stage.SHADOW);
    }

    @Test
    void aFlagThatIsGoneOrCannotBeReadMovesNothing() {
        raiseTo("true", 10);
        stores.blobs().commit(List.of(), List.of(KeyValueStore.Write.delete(ReadFlag.KEY)));
        assertThat(rollout.decide()).isEqualTo(Decision.STAY);
        ReadFlag unreachable = new ReadFlag(Faults.of(FaultPlan.none().when(call -> true, Fault.FAIL_BEFORE))
                .in(stores.blobs()));
        assertThat(new Rollout(control, meter, unreachable).decide()).isEqualTo(Decision.STAY);
        assertThat(share()).isEqualTo(10);
    }

    @Test
    void readsMoveInStepsUpToTheWish() {
        flag.set("60%");
        int[] shares = new int[5];
        for (int i = 0; i < shares.length; i++) {
            serve(100, 1);
            rollout.decide();
            shares[i] = share();
        }
        assertThat(shares).containsExactly(1, 10, 50, 60, 60);
    }

    @Test
    void theFlagTakesReadsBackWithoutADeployment() {
        raiseTo("true", 50);
        flag.set("false");
        assertThat(rollout.decide()).isEqualTo(Decision.LOWERED);
        assertThat(share()).isZero();
        assertThat(routed.stage()).isEqualTo(Stage.READ_NEW);
    }

    @Test
    void moreThanOneErrorInAHundredTakesAllReadsBack() {
        raiseTo("true", 50);
        serve(1_000, 11);
        assertThat(rollout.decide()).isEqualTo(Decision.ROLLED_BACK);
        assertThat(routed.stage()).isEqualTo(Stage.SHADOW);
        assertThat(control.status().reason()).isEqualTo("11 of 1000 requests failed");
    }

    @Test
    void slowAnswersTakeAllReadsBack() throws Exception {
        raiseTo("true", 50);
        serve(93, 0);
        for (int i = 0; i < 7; i++) {
            meter.measure(() -> nanos.addAndGet(Duration.ofMillis(1_001).toNanos()));
        }
        assertThat(rollout.decide()).isEqualTo(Decision.ROLLED_BACK);
        assertThat(control.status().reason()).contains("1001 ms");
    }

    @Test
    void afterARollbackOnlyAPersonStartsAgain() {
        raiseTo("true", 10);
        serve(100, 50);
        assertThat(rollout.decide()).isEqualTo(Decision.ROLLED_BACK);
        serve(1_000, 0);
        assertThat(rollout.decide()).isEqualTo(Decision.STAY);
        control.unfreeze("ann", "mended");
        assertThat(rollout.decide()).isEqualTo(Decision.RAISED);
        assertThat(share()).isEqualTo(1);
    }

    @Test
    void tablesThatFailAreLeftWithoutALostWrite() throws Exception {
        FaultPlan outage = FaultPlan.none();
        try (RoutedStorage failing = RoutedStorage.between(
                                stores.kv(), Faults.of(outage).in(stores.sql()))
                        .named("bookstrack")
                        .controlledBy(stores.sql())
                        .instance("pod-2")
                        .heartbeat(Duration.ofMillis(50))
                        .open();
                RunningService service = new RunningService(failing, Clock.systemUTC())) {
            Eventually.until(() -> control.blocks().isEmpty());
            Rollout watching = new Rollout(control, service.meter, flag);
            flag.set("true");
            while (share() < 100) {
                watching.decide();
                Eventually.until(() -> control.blocks().stream().noneMatch(block -> block.contains("acknowledged")));
            }
            outage.when(call -> !call.writes(), Fault.FAIL_BEFORE);
            Eventually.until(() -> service.get("v1/library/u1").statusCode() == 503);
            assertThat(watching.decide()).isEqualTo(Decision.ROLLED_BACK);
            Eventually.until(() -> failing.stage() == Stage.SHADOW);
            assertThat(service.get("v1/library/u1").statusCode()).isEqualTo(200);
            assertThat(service.post("v1/library/u9/books", "{\"isbn\":\"9780000000010\",\"rating\":5}")
                            .statusCode())
                    .isEqualTo(200);
            outage.stop();
            Eventually.until(() -> control.status().marks() == 0);
            assertThat(stores.sql().repository(LibraryEntry.LIBRARY).exists("u9", "9780000000010"))
                    .isTrue();
            assertThat(control.compare().equal()).isTrue();
        }
    }

    @Test
    void aDifferenceBetweenBlobsAndTablesTakesAllReadsBack() throws SQLException {
        raiseTo("true", 10);
        try (Connection connection = stores.database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE Books SET title = 'past the service'");
        }
        Eventually.until(() -> {
            routed.repository(Book.BOOKS).find("9780000000010");
            return control.status().instances().get(0).mismatches() > 0;
        });
        assertThat(rollout.decide()).isEqualTo(Decision.ROLLED_BACK);
        assertThat(control.status().reason()).contains("differed");
    }
}
