package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.Instance;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.ManualClock;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each thing that holds a stage, alone and by its own words, and what the history says once it holds no more. */
class GuardsTest {

    private final TroubledPair pair = new TroubledPair();
    private final ManualClock clock = pair.clock;
    private final Storage old = pair.old;
    private final Storage fresh = pair.fresh;
    private RoutedStorage routed;

    @BeforeEach
    void open() {
        routed = pair.instance("one");
    }

    @AfterEach
    void close() {
        pair.close();
    }

    private ControlRecords controls() {
        return pair.controls();
    }

    private void stage(Stage stage) {
        pair.stage(routed, stage);
    }

    private void compared(String instance, long compares, long mismatches) {
        long epoch = controls().read().epoch();
        controls()
                .save(new Instance(
                        "default",
                        instance,
                        "session",
                        epoch,
                        clock.instant().plusSeconds(60),
                        routed.routing().options().plan().get(),
                        compares,
                        mismatches,
                        0,
                        List.of(),
                        ""));
    }

    private List<String> blocks() {
        return texts(routed.control().blocks());
    }

    private static List<String> texts(List<Block> blocks) {
        return blocks.stream().map(block -> block.guard() + ": " + block).toList();
    }

    private String evidence() {
        List<StageChange> history = routed.control().history();
        return history.get(history.size() - 1).evidence();
    }

    private void refused(Stage from, Stage to, String block, ThrowingCallable move) {
        assertThatExceptionOfType(StageBlockedException.class)
                .isThrownBy(move)
                .satisfies(e -> assertThat(texts(e.blocks())).containsExactly(block))
                .withMessageContaining(from.name())
                .withMessageContaining(to.name());
        assertThat(controls().read().stage()).isEqualTo(from);
    }

    @Test
    void everyRiskIsAcknowledgedByItsOwnName() {
        assertThat(blocks())
                .containsExactlyInAnyOrder(
                        "RISKS: the risk OLD_NOT_DURABLE has not been acknowledged",
                        "RISKS: the risk NEW_NOT_DURABLE has not been acknowledged",
                        "RISKS: the risk CONTROL_NOT_DURABLE has not been acknowledged");
        routed.control().acknowledge(Preflight.Risk.OLD_NOT_DURABLE, "ann", "a test");
        routed.control().acknowledge(Preflight.Risk.NEW_NOT_DURABLE, "ann", "a test");
        assertThat(blocks()).containsExactly("RISKS: the risk CONTROL_NOT_DURABLE has not been acknowledged");
        routed.control().acknowledge(Preflight.Risk.CONTROL_NOT_DURABLE, "ann", "a test");
        assertThat(routed.control().advance("ann", "on").stage()).isEqualTo(Stage.DUAL_WRITE);
        assertThat(evidence())
                .contains(
                        "every instance has acknowledged epoch 1",
                        "the risk OLD_NOT_DURABLE is acknowledged",
                        "the risk CONTROL_NOT_DURABLE is acknowledged");
    }

    @ParameterizedTest
    @EnumSource(names = {"DUAL_WRITE", "LIVE", "RAMP_DOWN"})
    void aFrozenMigrationGoesNoFurther(Stage stage) {
        stage(stage);
        routed.control().freeze("ann", "look at this first");
        assertThat(blocks()).containsExactly("FREE: the migration is frozen: look at this first");
        routed.control().unfreeze("ann", "seen");
        assertThat(blocks()).isEmpty();
    }

    @Test
    void anInstanceOfAnotherReleaseHoldsEveryStepForwardAndTheSwitchBack() {
        record Other(String owner, String name, long weight, long height) {}

        EntityType<Other> others = EntityType.of(Other.class, MethodHandles.lookup())
                .named("entries")
                .partitionedBy(Other::owner)
                .identifiedBy(Other::name)
                .keyValue("entries:{owner}", Blob.arrayOfObjects())
                .build();
        stage(Stage.LIVE);
        RoutedStorage other = pair.instance(
                "two",
                KvStorage.open(pair.oldStore, Catalog.of(others), clock),
                KvStorage.open(pair.newStore, Catalog.of(others), clock));
        String block = "ONE_RELEASE: instance two runs with another catalog or other storages than this process;"
                + " deploy one release everywhere, and give the command that release's catalog and the same two storages";
        assertThat(blocks()).containsExactly(block);
        refused(Stage.LIVE, Stage.READ_NEW, block, () -> routed.control().rollback("ann", "back"));
        other.close();
        assertThat(blocks()).isEmpty();
        assertThat(routed.control().rollback("ann", "back").stage()).isEqualTo(Stage.READ_NEW);
    }

    @Test
    void aSwitchThatIsUnderWayIsWaitedForInBothDirections() {
        stage(Stage.READ_NEW);
        stage(Stage.SWITCHING);
        RoutingOptions options = routed.routing().options();
        Instant overdue =
                controls().read().changedAt().plus(options.switchWithin()).plus(options.lease());
        String block = "STEP: the migration is switching; if whoever does that has died, any step takes it back after "
                + overdue;
        refused(Stage.SWITCHING, Stage.SWITCHING, block, () -> routed.control().advance("ann", "on"));
        refused(Stage.SWITCHING, Stage.SWITCHING, block, () -> routed.control().rollback("ann", "back"));
    }

    @Test
    void theEndsOfTheWayAreNamed() {
        refused(
                Stage.OFF,
                Stage.OFF,
                "STEP: there is nothing before OFF",
                () -> routed.control().rollback("ann", "back"));
        stage(Stage.COMPLETE);
        refused(
                Stage.COMPLETE,
                Stage.COMPLETE,
                "STEP: the migration is complete",
                () -> routed.control().advance("ann", "on"));
        refused(
                Stage.COMPLETE,
                Stage.COMPLETE,
                "STEP: the way back from COMPLETE is a migration of its own, from new to old",
                () -> routed.control().rollback("ann", "back"));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 1", "2, 0, 0", "2, 1, 1", "0, 1, 2"})
    void shadowIsLeftWhenEnoughReadsWereComparedByAllTogetherAndNoneDiffered(
            long compares, long mismatches, int expected) {
        stage(Stage.SHADOW);
        compared("other", compares, mismatches);
        List<String> blocks = blocks();
        assertThat(blocks).hasSize(expected);
        if (compares < 2) {
            assertThat(blocks)
                    .contains("COMPARED: " + compares + " shadow reads have been compared in epoch "
                            + controls().read().epoch() + ", and 2 are asked for");
        }
        if (mismatches > 0) {
            assertThat(blocks)
                    .contains(
                            "AGREEING: " + mismatches
                                    + " shadow reads differed; make both sides agree, then unfreeze, which begins the count anew");
        }
        if (expected == 0) {
            routed.control().advance("ann", "on");
            assertThat(evidence()).contains("2 shadow reads compared, 0 differed");
        }
    }

    @Test
    void readNewIsLeftWhenEverythingIsReadFromTheNewStorage() {
        stage(Stage.READ_NEW);
        routed.control().percent(99, "ann", "nearly");
        assertThat(blocks())
                .containsExactly(
                        "ALL_READS: reads of the new storage are at 99 percent, not at 100; set their percent first");
        routed.control().percent(100, "ann", "all");
        assertThat(blocks()).isEmpty();
    }

    @Test
    void itemsWithoutAPlaceAreWaivedByNumber() {
        pair.oldStore.commit(
                List.of(), List.of(Write.put("entries:bad", "not JSON at all".getBytes(StandardCharsets.UTF_8))));
        old.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
        Moves.to(routed, Stage.DUAL_WRITE);
        routed.control().backfill("ann", "copy");
        String block =
                "RESIDUE: entries has 1 items that the new storage can't hold, and 0 are waived; mend them at the source, or"
                        + " waive them by name";
        assertThat(blocks()).containsExactly(block);
        routed.control().waiveResidue("entries", 0, "ann", "none");
        assertThat(blocks()).containsExactly(block);
        routed.control().waiveResidue("entries", 1, "ann", "known garbage");
        routed.control().advance("ann", "on");
        assertThat(evidence())
                .contains("entries: 2 items compared", "entries: 1 items of residue, waived", "0 marks drained");
    }

    @Test
    void aDifferenceHoldsDualWriteAndIsCounted() {
        old.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
        Moves.to(routed, Stage.DUAL_WRITE);
        assertThat(blocks()).containsExactly("COPIED: no backfill of this run has come to its end");
        routed.control().backfill("ann", "copy");
        fresh.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 2));
        fresh.repository(MovesTest.ENTRIES).save(new Entry("p", "n", 2));
        assertThat(blocks()).containsExactly("EQUAL: 2 items differ, 0 could not be settled; repair, then try again");
        routed.control().repair("test", "mend");
        assertThat(blocks())
                .as("what nobody has copied there is not removed")
                .containsExactly("EQUAL: 1 items differ, 0 could not be settled; repair, then try again");
        fresh.repository(MovesTest.ENTRIES).delete("p", "n");
        assertThat(blocks()).isEmpty();
    }

    @Test
    void aMarkThatCantBeDrainedHoldsDualWrite() {
        Moves.to(routed, Stage.DUAL_WRITE);
        routed.control().backfill("ann", "copy");
        pair.newRefuses("entries:o");
        routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
        assertThat(blocks()).containsExactly("EQUAL: 0 items differ, 1 could not be settled; repair, then try again");
        assertThatThrownBy(() -> routed.control().advance("ann", "too early"))
                .isInstanceOfSatisfying(
                        StageBlockedException.class,
                        e -> assertThat(texts(e.blocks()))
                                .containsExactly(
                                        "SETTLED: 1 marked partitions can't be repaired",
                                        "EQUAL: 0 items differ, 1 could not be settled; repair, then try again"));
        pair.newTakesAll();
        routed.control().advance("ann", "on");
        assertThat(evidence()).contains("1 marks drained", "entries: 1 items compared");
    }

    @ParameterizedTest
    @EnumSource(names = {"LIVE", "RAMP_DOWN"})
    void aMarkThatCantBeDrainedHoldsTheStagesInWhichTheNewStorageDecides(Stage stage) {
        stage(stage);
        pair.oldRefuses("entries:o");
        routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
        assertThat(blocks()).isEmpty();
        assertThat(routed.control().status().marks()).hasValue(1);
        refused(
                stage,
                Stages.next(stage).orElseThrow(),
                "SETTLED: 1 marked partitions can't be repaired",
                () -> routed.control().advance("ann", "too early"));
        pair.oldTakesAll();
        routed.control().advance("ann", "on");
        assertThat(evidence()).contains("1 marks drained");
        assertThat(old.repository(MovesTest.ENTRIES).exists("o", "n")).isTrue();
    }

    @Test
    void aRepairAndABackfillStandInTheHistoryWithTheirReason() {
        Moves.to(routed, Stage.DUAL_WRITE);
        routed.control().backfill("ann", "first copy");
        assertThat(evidence()).isEqualTo("the backfill is at its end: entries 0 items, residue 0");
        routed.control().freeze("ann", "look first");
        routed.control().repair("bob", "two writes went past it");
        StageChange repaired =
                routed.control().history().get(routed.control().history().size() - 1);
        assertThat(repaired.by()).isEqualTo("bob");
        assertThat(repaired.reason()).isEqualTo("two writes went past it");
        assertThat(repaired.evidence())
                .isEqualTo("applied again: 0 partitions with marks, 0 with residue, 0 that differed; 0 failed");
        assertThat(routed.control().history())
                .filteredOn(change -> change.reason().equals("first copy"))
                .hasSize(3);
        assertThat(blocks()).contains("FREE: the migration is frozen: look first");
        assertThatThrownBy(() -> routed.control().repair("bob", " ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoIsOvertakenWhileMarksAreRepairedIsToldSo() {
        stage(Stage.LIVE);
        pair.oldRefuses("entries:o");
        routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
        pair.oldTakesAll();
        Fence.raise(fresh, "default", controls().read().term() + 1);
        refused(
                Stage.LIVE,
                Stage.LIVE,
                "UNCHANGED: somebody else has changed the stage",
                () -> routed.control().advance("ann", "on"));
        refused(
                Stage.LIVE,
                Stage.LIVE,
                "UNCHANGED: somebody else has changed the stage",
                () -> routed.control().repair("test", "mend"));
    }

    @ParameterizedTest
    @EnumSource(names = {"DUAL_WRITE", "LIVE", "RAMP_DOWN"})
    void aStepBackThatAsksForItWaitsUntilEveryInstanceKnowsTheStage(Stage stage) {
        RoutedStorage two = pair.instance("two");
        stage(stage);
        Instant lease = controls().live(clock.instant()).stream()
                .filter(instance -> instance.instance().equals("two"))
                .findFirst()
                .orElseThrow()
                .leaseUntil();
        long epoch = controls().read().epoch();
        refused(
                stage,
                Stages.previous(stage).orElseThrow(),
                "ACKNOWLEDGED: instance two has acknowledged epoch " + (epoch - 1) + ", not " + epoch
                        + "; its lease ends at " + lease,
                () -> routed.control().rollback("ann", "back"));
        StageControl patient = patient(() -> two.routing().tick());
        assertThat(patient.rollback("ann", "back").stage())
                .isEqualTo(Stages.previous(stage).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"SHADOW, DUAL_WRITE", "READ_NEW, SHADOW"})
    void aStepBackThatLosesNothingWaitsForNobody(Stage stage, Stage back) {
        pair.instance("two");
        stage(stage);
        StageControl impatient = patient(() -> {
            throw new AssertionError("it waits");
        });
        assertThat(impatient.rollback("ann", "back").stage()).isEqualTo(back);
        assertThat(evidence()).isEqualTo("the old storage has every write");
    }

    /** A control with a heartbeat, so that it waits; meanwhile something happens. */
    private StageControl patient(Runnable meanwhile) {
        RoutingOptions now = routed.routing().options();
        RoutingOptions waiting = new RoutingOptions(
                now.migration(),
                now.instance(),
                now.plan(),
                now.clock(),
                time -> meanwhile.run(),
                now.lease(),
                now.skew(),
                now.park(),
                now.followerTimeout(),
                now.followers(),
                now.behind(),
                Duration.ofSeconds(1),
                now.switchWithin(),
                now.comparisons(),
                now.sample(),
                now.pending(),
                now.advisor(),
                now.rollback());
        return new StageControl(
                new Sides(old, fresh, now.migration(), Clock.systemUTC()),
                controls(),
                waiting,
                routed.routing().member()::refreshNow);
    }
}
