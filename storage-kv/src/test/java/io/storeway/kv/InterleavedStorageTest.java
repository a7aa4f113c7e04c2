package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.kv.wrong.WrongBlobs;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import io.storeway.testkit.schedule.Interleavings;
import io.storeway.testkit.schedule.Interleavings.Explored;
import io.storeway.testkit.schedule.Program;
import io.storeway.testkit.schedule.Run;
import io.storeway.testkit.schedule.ScheduleFailure;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The tools of the kit on real storages: every order of the store calls of two writers, crashes, and faults. */
class InterleavedStorageTest {

    private static final Catalog CATALOG = Catalog.of(Samples.LIBRARY);
    private static final Samples.Shelf ONE = new Samples.Shelf("u", "one", Samples.Status.completed, 1);
    private static final Samples.Shelf TWO = new Samples.Shelf("u", "two", Samples.Status.completed, 2);

    private static Program twoWriters(UnaryOperator<KeyValueStore> store) {
        return run -> {
            Storage storage = KvStorage.open(run.store(store.apply(new MemoryStore())), CATALOG);
            run.thread("one", () -> storage.repository(Samples.LIBRARY).insert(ONE));
            run.thread("two", () -> storage.repository(Samples.LIBRARY).insert(TWO));
            run.afterwards(() -> assertThat(
                            storage.repository(Samples.LIBRARY).partition("u").count())
                    .isEqualTo(2));
        };
    }

    @Test
    void noOrderOfTwoWritersLosesARecordOfTheirBlob() {
        Explored explored = Interleavings.of(twoWriters(store -> store)).all(10_000);
        assertThat(explored.complete()).isTrue();
        assertThat(explored.runs()).isGreaterThan(5);
    }

    @Test
    void aStoreThatChecksNoVersionIsFoundOut() {
        assertThatThrownBy(() -> Interleavings.of(twoWriters(store -> new WrongBlobs.ChecksNoExpectation()))
                        .all(10_000))
                .isInstanceOf(ScheduleFailure.class)
                .hasMessageContaining("commit");
    }

    private static void unitThatMayDie(Run run) {
        KvStorage inner = KvStorage.open(new MemoryStore(), CATALOG);
        Storage storage = run.storage(inner);
        run.thread(
                "writer",
                () -> storage.transact(unit -> {
                    unit.repository(Samples.LIBRARY).insert(ONE);
                    unit.repository(Samples.LIBRARY).insert(TWO);
                    return true;
                }));
        run.afterwards(() -> assertThat(
                        inner.repository(Samples.LIBRARY).partition("u").count())
                .isEqualTo(run.crashed() ? 0 : 2));
    }

    @Test
    void aUnitThatDiesAtAnyPointLeavesNothing() {
        Explored explored = Interleavings.of(InterleavedStorageTest::unitThatMayDie)
                .withCrashes()
                .all(100);
        assertThat(explored.complete()).isTrue();
        assertThat(explored.runs())
                .as("before the unit, at each insert, at the commit, and not at all")
                .isEqualTo(5);
    }

    @Test
    void faultsReachRepositoriesAndUnits() {
        KvStorage inner = KvStorage.open(new MemoryStore(), CATALOG);
        FaultPlan plan = FaultPlan.none()
                .when(call -> call.verb().equals("commit"), Fault.FAIL_BEFORE)
                .when(call -> call.verb().equals("save"), Fault.FAIL_AFTER);
        Storage faulty = Faults.of(plan).in(inner);
        assertThatThrownBy(() -> faulty.transact(unit -> {
                    unit.repository(Samples.LIBRARY).insert(ONE);
                    return true;
                }))
                .isInstanceOf(StorageUnavailableException.class);
        assertThat(inner.repository(Samples.LIBRARY).exists("u", "one")).isFalse();
        assertThatThrownBy(() -> faulty.repository(Samples.LIBRARY).save(TWO))
                .isInstanceOf(UnknownOutcomeException.class);
        assertThat(faulty.repository(Samples.LIBRARY).find("u", "two")).contains(TWO);
        assertThat(plan.fired()).containsOnlyKeys("commit FAIL_BEFORE", "save FAIL_AFTER");
    }
}
