package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.Instance;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interceptor;
import io.storeway.testkit.call.Interposed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** READ_NEW goes back by itself when, and only when, the new storage answers worse than the old one for long enough. */
class AutomaticRollbackTest {

    private static final Duration SLOW = Duration.ofMillis(1_100);

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final int[] calls = new int[2];
    /** One of so many reads of each side fails, or takes too long; 0 for none. */
    private final int[] failing = new int[2];

    private final int[] slow = new int[2];
    private Runnable betweenTellingAndJudging = () -> {};
    private Storage old;
    private Storage fresh;
    private RoutedStorage routed;

    @BeforeEach
    void open() {
        Catalog catalog = Catalog.of(MovesTest.ENTRIES);
        old = Interposed.storage(Storages.open("memory:", catalog, clock), troubled(Side.OLD));
        fresh = Interposed.storage(
                Storages.open("jdbc:sqlite:" + folder.resolve("new.db"), catalog, clock), troubled(Side.NEW));
        routed = RoutedStorage.between(old, fresh)
                .clock(clock)
                .followers(0)
                .shadowComparisons(0)
                .shadowSample(0)
                .lease(Duration.ofHours(1))
                .stepwise(clock::advance)
                .open();
        for (int i = 0; i < 20; i++) {
            routed.repository(MovesTest.ENTRIES).save(new Entry("o" + i, "n", i));
        }
        Moves.to(routed, Stage.READ_NEW);
    }

    private Interceptor troubled(Side side) {
        int at = side == Side.OLD ? 0 : 1;
        return call -> {
            if (call.verb().equals("save") && call.arguments().get(0) == Instance.TYPE) {
                betweenTellingAndJudging.run();
            }
            if (call.verb().equals("find") && call.arguments().get(0) == MovesTest.ENTRIES) {
                int turn = ++calls[at];
                if (hits(slow[at], turn)) {
                    clock.advance(SLOW);
                }
                if (hits(failing[at], turn)) {
                    throw new StorageUnavailableException("planned", ErrorContext.of("find"), null);
                }
            }
            return call.proceed();
        };
    }

    private static boolean hits(int oneOf, int turn) {
        return oneOf > 0 && turn % oneOf == 0;
    }

    @AfterEach
    void close() {
        routed.close();
        old.close();
        fresh.close();
    }

    /** So many reads within a minute, spread over both sides, then the heartbeat of the next minute. */
    private void minute(int reads) {
        Instant end = Instant.ofEpochSecond((clock.instant().getEpochSecond() / 60 + 1) * 60);
        read(reads);
        if (clock.instant().isBefore(end)) {
            clock.advance(Duration.between(clock.instant(), end));
        }
        routed.routing().tick();
    }

    private void read(int reads) {
        for (int i = 0; i < reads; i++) {
            try {
                routed.repository(MovesTest.ENTRIES).find("o" + i % 20, "n");
            } catch (StorageException e) {
                assertThat(e.retryable()).isTrue();
            }
        }
    }

    private Stage stage() {
        return routed.control().status().stage();
    }

    @Test
    void twoPercentOfErrorsGoBackAfterFiveMinutesAndStayThere() {
        goBackForTwoPercentOfErrors();
    }

    private void goBackForTwoPercentOfErrors() {
        failing[1] = 40;
        for (int i = 0; i < 4; i++) {
            minute(600);
            assertThat(stage()).as("after %d minutes", i + 1).isEqualTo(Stage.READ_NEW);
        }
        minute(600);
        minute(600);
        StageStatus status = routed.control().status();
        assertThat(status.stage()).isEqualTo(Stage.SHADOW);
        assertThat(status.frozen()).isTrue();
        assertThat(status.reason()).startsWith("automatic rollback: for 5 minutes");
        assertThat(routed.control().history())
                .last()
                .satisfies(change -> assertThat(change.evidence()).contains("of the new storage and 0.0 % of"));
        assertThatThrownBy(() -> routed.control().advance("test", "on"))
                .isInstanceOf(StageBlockedException.class)
                .hasMessageContaining("frozen");
    }

    @Test
    void afterUnfreezingOldMinutesCountNoMore() {
        goBackForTwoPercentOfErrors();
        failing[1] = 0;
        routed.control().unfreeze("test", "mended");
        routed.control().advance("test", "again");
        routed.control().percent(50, "test", "half");
        routed.routing().tick();
        minute(600);
        minute(600);
        assertThat(stage()).isEqualTo(Stage.READ_NEW);
    }

    @Test
    void sixPercentOfFailuresGoBackAfterOneMinute() {
        failing[1] = 15;
        minute(600);
        minute(600);
        assertThat(stage()).isEqualTo(Stage.SHADOW);
        assertThat(routed.control().status().reason()).contains("in one minute");
    }

    @Test
    void readsOfAMinuteThatEndsBetweenTheTellingAndTheJudgementCountAtTheNextHeartbeat() {
        failing[1] = 15;
        betweenTellingAndJudging = () -> {
            betweenTellingAndJudging = () -> {};
            read(600);
            clock.advance(Duration.ofMinutes(1));
        };
        routed.routing().tick();
        assertThat(stage()).isEqualTo(Stage.READ_NEW);
        routed.routing().tick();
        assertThat(stage()).isEqualTo(Stage.SHADOW);
    }

    @Test
    void slowReadsGoBackAfterFiveMinutes() {
        slow[1] = 15;
        for (int i = 0; i < 7 && stage() == Stage.READ_NEW; i++) {
            minute(500);
        }
        assertThat(stage()).isEqualTo(Stage.SHADOW);
        assertThat(routed.control().status().reason()).contains("took longer than PT1S");
    }

    @Test
    void anOutageOfBothStoragesMovesNothing() {
        failing[0] = 10;
        failing[1] = 10;
        for (int i = 0; i < 7; i++) {
            minute(600);
        }
        assertThat(stage()).isEqualTo(Stage.READ_NEW);
    }

    @Test
    void fewCallsSayNothing() {
        failing[1] = 2;
        for (int i = 0; i < 7; i++) {
            minute(80);
        }
        assertThat(stage()).isEqualTo(Stage.READ_NEW);
    }

    @Test
    void aSpikeOfAMinuteBelowTheSuddenLimitMovesNothing() {
        for (int i = 0; i < 7; i++) {
            failing[1] = i == 3 ? 40 : 0;
            minute(600);
        }
        assertThat(stage()).isEqualTo(Stage.READ_NEW);
    }

    @Test
    void aConfirmedMismatchFreezes() {
        routed.close();
        routed = RoutedStorage.between(old, fresh)
                .instance("comparing")
                .clock(clock)
                .followers(0)
                .shadowComparisons(0)
                .shadowSample(100)
                .stepwise(clock::advance)
                .open();
        fresh.repository(MovesTest.ENTRIES).save(new Entry("o1", "n", 99));
        routed.repository(MovesTest.ENTRIES).find("o1", "n");
        routed.routing().settleShadow();
        routed.routing().tick();
        assertThat(stage()).isEqualTo(Stage.READ_NEW);
        assertThat(routed.control().status().frozen()).isTrue();
        assertThat(routed.shadowDifferences()).isNotEmpty();
    }
}
