package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Operations;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.Migration;
import io.storeway.migrate.routing.internal.replication.Marks;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.replication.Touched;
import io.storeway.spi.PartitionState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A migration from OFF to COMPLETE and back, with an application that writes in every stage. */
class MovesTest {

    record Entry(String owner, String name, long weight) {}

    static final EntityType<Entry> ENTRIES = EntityType.of(Entry.class)
            .named("entries")
            .partitionedBy(Entry::owner)
            .identifiedBy(Entry::name)
            .keyValue("entries:{owner}", Blob.arrayOfObjects())
            .build();

    private static final Catalog CATALOG = Catalog.of(ENTRIES);

    @TempDir
    Path folder;

    private Storage old;
    private Storage fresh;
    private RoutedStorage routed;

    @BeforeEach
    void open() {
        old = Storages.open("memory:", CATALOG);
        fresh = Storages.open("jdbc:sqlite:" + folder.resolve("new.db"), CATALOG);
        for (int i = 0; i < 20; i++) {
            old.repository(ENTRIES).save(new Entry("o" + i % 7, "n" + i, i));
        }
        routed = instance("one");
    }

    private RoutedStorage instance(String name) {
        return RoutedStorage.between(old, fresh)
                .instance(name)
                .followers(0)
                .shadowComparisons(0)
                .stepwise(time -> {})
                .open();
    }

    @AfterEach
    void close() {
        routed.close();
        old.close();
        fresh.close();
    }

    private List<Entry> all(Storage storage) {
        return storage.repository(ENTRIES).all().allowScan().list();
    }

    private boolean first(Operations operations, String id) {
        return operations
                .run(id, unit -> {
                    unit.repository(ENTRIES).save(new Entry("operations", id, 1));
                    return id;
                })
                .first();
    }

    @Test
    void aStepThatSaysWhereItLeadsIsTakenOnce() {
        StageControl control = routed.control();
        EnumSet.allOf(Preflight.Risk.class).forEach(risk -> control.acknowledge(risk, "ann", "a test"));
        assertThat(control.advance(Stage.DUAL_WRITE, "ann", "on").stage()).isEqualTo(Stage.DUAL_WRITE);
        control.backfill("ann", "copy");
        routed.routing().tick();
        int changes = control.history().size();
        assertThat(control.advance(Stage.DUAL_WRITE, "ann", "again").stage()).isEqualTo(Stage.DUAL_WRITE);
        assertThat(control.history()).hasSize(changes);
        assertThatThrownBy(() -> control.advance(Stage.LIVE, "ann", "too far"))
                .isInstanceOf(StageBlockedException.class)
                .hasMessageContaining("DUAL_WRITE leads to SHADOW, not to LIVE");
        assertThat(control.advance(Stage.SHADOW, "ann", "on").stage()).isEqualTo(Stage.SHADOW);
    }

    @Test
    void anOperationHasItsEffectOnceAlsoAcrossTheSwitchAndBack() {
        assertThat(first(Operations.of(routed), "in OFF")).isTrue();
        for (Stage stage : List.of(Stage.DUAL_WRITE, Stage.LIVE)) {
            Moves.to(routed, stage);
            assertThat(first(Operations.of(routed), "in " + stage)).isTrue();
            assertThat(routed.control().status().marks().orElseThrow()).isLessThanOrEqualTo(2);
        }
        assertThat(Operations.of(fresh).outcome("in OFF")).isPresent();
        for (String id : List.of("in OFF", "in DUAL_WRITE", "in LIVE")) {
            assertThat(first(Operations.of(routed), id)).as(id).isFalse();
        }
        routed.control().rollback("ann", "back");
        for (String id : List.of("in OFF", "in DUAL_WRITE", "in LIVE")) {
            assertThat(first(Operations.of(old), id)).as(id).isFalse();
        }
    }

    @Test
    void aMigrationIntoAStorageThatWritesBothSidesFollowsAndLeavesNoMark() {
        Moves.to(routed, Stage.DUAL_WRITE);
        try (Storage source = Storages.open("memory:", CATALOG)) {
            source.repository(ENTRIES).save(new Entry("imported", "n", 1));
            assertThat(Migration.from(source).to(routed).build().backfill().clean())
                    .isTrue();
        }
        routed.routing().tick();
        assertThat(routed.backgroundFailure()).isEmpty();
        assertThat(routed.control().status().marks()).hasValue(0);
        for (Storage side : List.of(old, fresh)) {
            assertThat(side.repository(ENTRIES).find("imported", "n")).contains(new Entry("imported", "n", 1));
        }
    }

    @Test
    void theMarkOfAnOperationIsRepairedByWhoHasRunNone() {
        Moves.to(routed, Stage.DUAL_WRITE);
        long term = routed.routing().member().view().record().term();
        Operations.of(routed);
        EntityType<?> type = Catalog.internal().type("storeway_operation");
        old.replica().transact(unit -> {
            List<PartitionState> states = unit.advance(type, List.of(Key.of("left behind")), term);
            Marks.put(
                    unit,
                    new Sides(old, fresh, "default", Clock.systemUTC()),
                    List.of(new Touched.Batch(type, states)),
                    Instant.EPOCH);
            return states;
        });
        try (RoutedStorage other = instance("two")) {
            other.routing().tick();
            assertThat(other.backgroundFailure()).isEmpty();
            assertThat(other.control().status().marks()).hasValue(0);
        }
    }

    @Test
    void everyStageKeepsWhatWasWrittenInTheOnesBefore() {
        int written = 0;
        for (Stage stage :
                List.of(Stage.DUAL_WRITE, Stage.SHADOW, Stage.READ_NEW, Stage.LIVE, Stage.RAMP_DOWN, Stage.COMPLETE)) {
            Moves.to(routed, stage);
            assertThat(routed.stage()).isEqualTo(stage);
            routed.repository(ENTRIES).insert(new Entry("o1", "at " + stage, ++written));
            routed.repository(ENTRIES).delete("o2", "n" + (2 + 7 * (written - 1) % 21));
            assertThat(routed.repository(ENTRIES).find("o1", "at " + stage)).isPresent();
        }
        assertThat(all(routed))
                .isEqualTo(all(fresh))
                .filteredOn(entry -> entry.name().startsWith("at "))
                .hasSize(6);
    }

    @Test
    void rollbackFromReadNewAndFromLiveLosesNothing() {
        Moves.to(routed, Stage.READ_NEW);
        routed.repository(ENTRIES).insert(new Entry("o1", "in read new", 1));
        routed.control().rollback("test", "rehearsal");
        assertThat(routed.stage()).isEqualTo(Stage.SHADOW);
        routed.routing().tick();
        Moves.to(routed, Stage.LIVE);
        routed.repository(ENTRIES).insert(new Entry("o1", "in live", 2));
        routed.repository(ENTRIES).partition("o3").clear();
        routed.control().rollback("test", "rehearsal");
        assertThat(routed.stage()).isEqualTo(Stage.READ_NEW);
        assertThat(all(old)).isEqualTo(all(fresh)).isEqualTo(all(routed));
        assertThat(all(old)).extracting(Entry::name).contains("in read new", "in live");
        assertThat(old.repository(ENTRIES).partition("o3").list()).isEmpty();
        routed.repository(ENTRIES).insert(new Entry("o3", "after", 3));
        assertThat(old.repository(ENTRIES).exists("o3", "after")).isTrue();
    }

    @Test
    void whatWasWrittenInAnyStageIsThereAfterRollback() {
        List<Stage> stages = List.of(Stage.DUAL_WRITE, Stage.SHADOW, Stage.READ_NEW, Stage.LIVE, Stage.RAMP_DOWN);
        for (Stage stage : stages) {
            Moves.to(routed, stage);
            routed.repository(ENTRIES).insert(new Entry("o1", "at " + stage, 1));
            routed.repository(ENTRIES).delete("o2", "at " + stage);
        }
        while (routed.stage() != Stage.OFF) {
            routed.control().rollback("test", "back");
            routed.routing().tick();
            assertThat(all(routed)).as("in %s", routed.stage()).isEqualTo(all(old));
        }
        assertThat(all(old))
                .extracting(Entry::name)
                .containsAll(stages.stream().map(stage -> "at " + stage).toList());
    }

    @Test
    void rollbackOfReadsChangesNoStoredValue() {
        Storage control = Storages.open("memory:", CATALOG);
        MemoryStore oldStore = new MemoryStore();
        MemoryStore freshStore = new MemoryStore();
        try (RoutedStorage moved = RoutedStorage.between(
                        KvStorage.open(oldStore, CATALOG), KvStorage.open(freshStore, CATALOG))
                .controlledBy(control)
                .followers(0)
                .shadowComparisons(0)
                .stepwise(time -> {})
                .open()) {
            Moves.to(moved, Stage.READ_NEW);
            moved.repository(ENTRIES).insert(new Entry("o", "n", 1));
            moved.routing().tick();
            List<String> before = List.of(text(oldStore), text(freshStore));
            for (Stage stage : List.of(Stage.SHADOW, Stage.DUAL_WRITE)) {
                moved.control().rollback("test", "back");
                assertThat(moved.stage()).isEqualTo(stage);
                assertThat(List.of(text(oldStore), text(freshStore))).isEqualTo(before);
            }
        }
    }

    /** Everything that is in the store, versions included. */
    private static String text(MemoryStore store) {
        StringBuilder text = new StringBuilder();
        store.list("", null, Integer.MAX_VALUE)
                .entries()
                .forEach(entry -> text.append(entry.key())
                        .append(' ')
                        .append(entry.version())
                        .append(' ')
                        .append(new String(entry.value(), StandardCharsets.UTF_8))
                        .append('\n'));
        return text.toString();
    }

    @Test
    void aMigrationOfNothingCompletes() {
        try (Storage from = Storages.open("memory:", CATALOG);
                Storage to = Storages.open("memory:", CATALOG);
                RoutedStorage empty = RoutedStorage.between(from, to)
                        .followers(0)
                        .shadowComparisons(0)
                        .stepwise(time -> {})
                        .open()) {
            Moves.to(empty, Stage.COMPLETE);
            assertThat(empty.control().compare().equal()).isTrue();
            assertThat(all(to)).isEmpty();
            empty.repository(ENTRIES).insert(new Entry("o", "first", 1));
            assertThat(all(to)).containsExactly(new Entry("o", "first", 1));
            assertThat(all(from)).isEmpty();
        }
    }

    @Test
    void aMoveForwardNamesWhatBlocksIt() {
        assertThatThrownBy(() -> routed.control().advance("test", "on"))
                .isInstanceOf(StageBlockedException.class)
                .hasMessageContaining("OLD_NOT_DURABLE");
        Moves.to(routed, Stage.DUAL_WRITE);
        assertThat(routed.control().blocks())
                .extracting(Block::reason)
                .containsExactly("no backfill of this run has come to its end");
    }

    @Test
    void leavingDualWriteForgetsThatTheSidesWereInSync() {
        Moves.to(routed, Stage.SHADOW);
        routed.control().rollback("test", "back");
        routed.routing().tick();
        routed.control().rollback("test", "back");
        routed.routing().tick();
        routed.repository(ENTRIES).partition("o1").clear();
        routed.repository(ENTRIES).insert(new Entry("o4", "while off", 1));
        routed.control().advance("test", "again");
        routed.routing().tick();
        assertThat(routed.control().blocks())
                .extracting(Block::reason)
                .containsExactly("no backfill of this run has come to its end");
        Moves.to(routed, Stage.READ_NEW);
        assertThat(all(fresh)).isEqualTo(all(old)).extracting(Entry::name).contains("while off");
        assertThat(fresh.repository(ENTRIES).partition("o1").list()).isEmpty();
    }

    @Test
    void anInstanceThatHasNotAcknowledgedHoldsTheNextStage() {
        try (RoutedStorage other = instance("two")) {
            Moves.to(routed, Stage.OFF);
            routed.control().advance("test", "on");
            assertThat(routed.control().blocks())
                    .anySatisfy(block -> assertThat(block.reason()).contains("instance two has acknowledged epoch"));
            other.routing().tick();
            assertThat(other.stage()).isEqualTo(Stage.DUAL_WRITE);
        }
    }

    @Test
    void aMoveWaitsForInstancesThatAcknowledgeWithTheirNextHeartbeat() {
        Duration often = Duration.ofMillis(100);
        try (RoutedStorage first = instanceWithHeartbeat("first", often);
                RoutedStorage second = instanceWithHeartbeat("second", often)) {
            routed.close();
            StageControl control = first.control();
            EnumSet.allOf(Preflight.Risk.class).forEach(risk -> control.acknowledge(risk, "test", "a test"));
            control.advance("test", "on");
            control.backfill("test", "copy");
            control.advance("test", "on");
            control.advance("test", "on");
            control.percent(100, "test", "everybody");
            control.advance("test", "on");
            control.rollback("test", "back");
            assertThat(first.stage()).isEqualTo(Stage.READ_NEW);
            assertThat(control.history())
                    .extracting(StageChange::evidence)
                    .anyMatch(evidence -> evidence.contains("every instance has acknowledged"));
            assertThat(second.control().status().instances()).hasSize(2);
        }
    }

    @Test
    void aMoveDoesNotWaitForeverForAnInstanceThatHasGoneSilent() {
        try (RoutedStorage first = instanceWithHeartbeat("first", Duration.ofMillis(20))) {
            Moves.to(first, Stage.DUAL_WRITE);
            assertThatThrownBy(() -> first.control().advance("test", "on"))
                    .isInstanceOf(StageBlockedException.class)
                    .hasMessageContaining("instance one has acknowledged epoch");
        }
    }

    private RoutedStorage instanceWithHeartbeat(String name, Duration every) {
        return RoutedStorage.between(old, fresh)
                .instance(name)
                .heartbeat(every)
                .shadowComparisons(0)
                .open();
    }

    @Test
    void theHistoryTellsEveryChangeWithItsEvidence() {
        Moves.to(routed, Stage.LIVE);
        List<StageChange> history = routed.control().history();
        assertThat(history)
                .extracting(StageChange::to)
                .containsSubsequence(Stage.DUAL_WRITE, Stage.SHADOW, Stage.READ_NEW, Stage.SWITCHING, Stage.LIVE);
        assertThat(history.get(history.size() - 1).evidence())
                .contains("fenced", "no write in flight", "marks drained", "both sides equal");
        assertThat(history).extracting(StageChange::epoch).isSorted();
    }
}
