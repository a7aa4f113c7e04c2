package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.storeway.Storage;
import io.storeway.error.StorageException;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.replication.Fence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ends a switch without having switched, and what a backfill opens, copies and removes. */
class SwitchoverTest {

    private final TroubledPair pair = new TroubledPair();
    private RoutedStorage routed;

    @BeforeEach
    void open() {
        routed = pair.instance("one");
    }

    @AfterEach
    void close() {
        pair.close();
    }

    private void save(Storage storage, String owner, long weight) {
        storage.repository(MovesTest.ENTRIES).save(new Entry(owner, "n", weight));
    }

    private StageRecord record() {
        return pair.controls().read();
    }

    private long fencedFor(Side side) {
        return (side == Side.OLD ? pair.old : pair.fresh)
                .repository(Fence.TYPE)
                .find("default")
                .orElseThrow()
                .term();
    }

    private void readyToSwitch() {
        pair.stage(routed, Stage.READ_NEW);
        routed.control().percent(100, "ann", "all");
    }

    private void assertGivenUp(String reason) {
        StageRecord before = record();
        assertThatExceptionOfType(StageBlockedException.class)
                .isThrownBy(() -> routed.control().advance("ann", "on"))
                .satisfies(e -> assertThat(e.blocks()).extracting(Block::reason).containsExactly(reason));
        StageRecord after = record();
        assertThat(after.stage()).isEqualTo(Stage.READ_NEW);
        assertThat(after.term()).isEqualTo(before.term() + 1);
        assertThat(after.reason()).isEqualTo("switch given up: " + reason);
        assertThat(after.changedBy()).isEqualTo("ann");
        routed.routing().tick();
        save(routed, "afterwards", 1);
        assertThat(pair.old.repository(MovesTest.ENTRIES).exists("afterwards", "n"))
                .isTrue();
    }

    @Test
    void aSwitchFencesBothSidesAndTellsWhatItFound() {
        save(pair.old, "o", 1);
        save(pair.fresh, "o", 1);
        readyToSwitch();
        pair.newRefuses("entries:p");
        save(routed, "p", 2);
        pair.newTakesAll();
        assertThat(routed.control().advance("ann", "on").stage()).isEqualTo(Stage.LIVE);
        assertThat(fencedFor(Side.OLD)).isEqualTo(record().term());
        assertThat(fencedFor(Side.NEW)).isEqualTo(record().term());
        assertThat(routed.control().history())
                .last()
                .satisfies(change -> assertThat(change.evidence())
                        .isEqualTo("both storages fenced for term " + record().term()
                                + "; no write in flight; marks drained: 1; both sides equal"));
        assertThat(pair.fresh.repository(MovesTest.ENTRIES).find("p", "n")).contains(new Entry("p", "n", 2));
    }

    @Test
    void theHistoryTellsHowLongWritersWaitedForASwitch() {
        RoutedStorage two = pair.instance("two");
        readyToSwitch();
        two.routing().tick();
        Instant begun = pair.clock.instant();
        pair.whileWaiting(() -> two.routing().tick());
        routed.control().advance("ann", "on");
        List<StageChange> history = routed.control().history();
        assertThat(history.subList(history.size() - 2, history.size()))
                .extracting(StageChange::to, StageChange::at)
                .containsExactly(tuple(Stage.SWITCHING, begun), tuple(Stage.LIVE, pair.clock.instant()));
        assertThat(pair.clock.instant()).isAfter(begun);
    }

    @Test
    void differencesEndASwitch() {
        readyToSwitch();
        save(pair.fresh, "o", 1);
        save(pair.fresh, "p", 1);
        assertGivenUp("2 items differ");
    }

    @Test
    void aMarkThatCantBeDrainedEndsASwitch() {
        readyToSwitch();
        pair.newRefuses("entries:o");
        save(routed, "o", 1);
        assertGivenUp("1 marked partitions can't be repaired");
    }

    @Test
    void anInstanceThatDoesNotAnswerEndsASwitchWhenItsTimeIsOver() {
        RoutedStorage two = pair.instance("two");
        readyToSwitch();
        two.routing().tick();
        long epoch = record().epoch() + 1;
        assertGivenUp("the switch took too long: instance two has not acknowledged epoch " + epoch);
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void aSideThatCantBeFencedEndsASwitch(Side side) {
        readyToSwitch();
        if (side == Side.OLD) {
            pair.oldRefuses("__storeway:fence:default");
        } else {
            pair.newRefuses("__storeway:fence:default");
        }
        assertThatExceptionOfType(StageBlockedException.class)
                .isThrownBy(() -> routed.control().advance("ann", "on"))
                .withMessageContaining("planned");
        assertThat(record().stage()).isEqualTo(Stage.READ_NEW);
    }

    @Test
    void whoFreezesDuringASwitchEndsItAtOnce() {
        readyToSwitch();
        pair.meanwhile(() -> {
            if (record().stage() == Stage.SWITCHING && !record().frozen()) {
                StageRecord now = record();
                pair.controls()
                        .replace(
                                now,
                                now.change(new StageRecord.Cause("bob", "stop", pair.clock.instant()))
                                        .frozen(true)
                                        .record(),
                                "");
            }
        });
        assertThatExceptionOfType(StageBlockedException.class)
                .isThrownBy(() -> routed.control().advance("ann", "on"))
                .withMessageContaining("somebody else has changed or ended it meanwhile");
        assertThat(record().stage()).isEqualTo(Stage.READ_NEW);
        assertThat(record().frozen()).isTrue();
        routed.routing().tick();
        save(routed, "afterwards", 1);
        assertThat(pair.old.repository(MovesTest.ENTRIES).exists("afterwards", "n"))
                .isTrue();
    }

    @Test
    void aCoordinatorThatFailsInAnyWayEndsItsSwitch() {
        readyToSwitch();
        pair.meanwhile(() -> {
            if (record().stage() == Stage.SWITCHING) {
                throw new IllegalStateException("a defect");
            }
        });
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> routed.control().advance("ann", "on"))
                .withMessage("a defect");
        assertThat(record().stage()).isEqualTo(Stage.READ_NEW);
        assertThat(record().reason()).isEqualTo("switch given up: a defect");
    }

    @Test
    void aSwitchWhoseCoordinatorIsGoneIsEndedByAnybodyOnceItsTimeAndALeaseAreOver() {
        readyToSwitch();
        pair.record(routed, draft -> draft.stage(Stage.SWITCHING).nextTerm());
        pair.clock.advance(Duration.ofHours(1).plusSeconds(10));
        routed.routing().tick();
        assertThat(record().stage()).isEqualTo(Stage.SWITCHING);
        pair.clock.advance(Duration.ofMillis(1));
        routed.routing().tick();
        assertThat(record().stage()).isEqualTo(Stage.READ_NEW);
        assertThat(record().reason()).isEqualTo("switch given up: its coordinator is gone");
        assertThat(record().changedBy()).isEqualTo("one");
    }

    @Test
    void aSwitchWhoseCoordinatorIsGoneIsEndedByAClockThatWasSetBackSince() {
        readyToSwitch();
        pair.record(routed, draft -> draft.stage(Stage.SWITCHING).nextTerm());
        pair.clock.advance(Duration.ofDays(-1));
        routed.routing().tick();
        assertThat(record().stage()).isEqualTo(Stage.READ_NEW);
    }

    @Test
    void aBackfillOpensATermOnBothSidesAndReportsWhatItCopied() {
        save(pair.old, "o", 1);
        save(pair.old, "p", 1);
        Moves.to(routed, Stage.DUAL_WRITE);
        long before = record().term();
        BackfillReport report = routed.control().backfill("ann", "copy");
        assertThat(report.complete()).isTrue();
        assertThat(record().term()).isEqualTo(before + 1);
        assertThat(record().synced()).isTrue();
        assertThat(fencedFor(Side.OLD)).isEqualTo(before + 1);
        assertThat(fencedFor(Side.NEW)).isEqualTo(before + 1);
        assertThat(pair.fresh.repository(MovesTest.ENTRIES).all().allowScan().count())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "LIVE", "RAMP_DOWN", "COMPLETE"})
    void aBackfillRunsWhileTheOldStorageDecidesAndBothAreWritten(Stage stage) {
        pair.stage(routed, stage);
        assertThatExceptionOfType(StageBlockedException.class)
                .isThrownBy(() -> routed.control().backfill("ann", "copy"))
                .withMessageContaining("a backfill runs from DUAL_WRITE to READ_NEW");
    }

    /** Else a copy could be taken for younger than what that instance writes after it. */
    @Test
    void aBackfillAfterASwitchThatWasGivenUpWaitsForEveryInstance() {
        RoutedStorage two = pair.instance("two");
        readyToSwitch();
        two.routing().tick();
        assertGivenUp("the switch took too long: instance two has not acknowledged epoch " + (record().epoch() + 1));
        AtomicInteger waits = new AtomicInteger();
        pair.whileWaiting(() -> {
            if (waits.incrementAndGet() == 3) {
                two.routing().tick();
            }
        });
        assertThat(routed.control().backfill("ann", "copy").clean()).isTrue();
        assertThat(waits).as("until the other instance has acknowledged").hasValue(3);
        assertThat(fencedFor(Side.OLD)).isEqualTo(record().term());
    }

    @Test
    void whatWasDeletedWhileOffIsRemovedFromTheNewStorageHoweverMuchItIs() {
        for (int i = 0; i < 450; i++) {
            save(pair.old, "o" + i, i);
        }
        Moves.to(routed, Stage.DUAL_WRITE);
        routed.control().backfill("ann", "copy");
        routed.control().rollback("ann", "off");
        for (int i = 0; i < 450; i++) {
            if (i % 3 > 0) {
                pair.old.repository(MovesTest.ENTRIES).delete("o" + i, "n");
            }
        }
        Moves.to(routed, Stage.DUAL_WRITE);
        routed.control().backfill("ann", "copy");
        assertThat(pair.fresh.repository(MovesTest.ENTRIES).all().allowScan().list())
                .hasSize(150)
                .allMatch(entry -> entry.weight() % 3 == 0);
        assertThat(routed.control().compare().equal()).isTrue();
    }

    @Test
    void aBackfillThatWasInterruptedInAnEarlierRunBeginsAnew() {
        for (int i = 0; i < 2_500; i++) {
            save(pair.old, "o%04d".formatted(i), i);
        }
        Moves.to(routed, Stage.DUAL_WRITE);
        pair.newRefuses("entries:o2400");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> routed.control().backfill("ann", "copy"));
        pair.newTakesAll();
        routed.control().rollback("ann", "off");
        save(pair.old, "o0001", -1);
        Moves.to(routed, Stage.DUAL_WRITE);
        routed.control().backfill("ann", "copy");
        assertThat(pair.fresh.repository(MovesTest.ENTRIES).find("o0001", "n")).contains(new Entry("o0001", "n", -1));
        assertThat(routed.control().blocks()).isEqualTo(List.of());
    }
}
