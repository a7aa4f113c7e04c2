package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.Capability;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import io.storeway.testkit.laws.LawTypes.Item;
import io.storeway.testkit.laws.LawTypes.Single;
import java.util.List;
import java.util.Set;

/** Units of work that fail in the middle or have an unknown outcome, and writes that are made twice. */
final class FaultLaws {

    private static final Set<Capability> UNITS = Set.of(Capability.WRITES, Capability.UNITS_OF_WORK);

    private FaultLaws() {}

    static List<Law> all() {
        return List.of(
                new Law("L11-steps", "a unit of work that fails at any call leaves nothing", UNITS, FaultLaws::steps),
                new Law(
                        "L22-unknown",
                        "a unit whose acknowledgement is lost is there as a whole, and throws an unknown outcome",
                        UNITS,
                        FaultLaws::unknown),
                new Law(
                        "L23-again",
                        "a save, a replacement or a deletion that is made again changes nothing more",
                        Set.of(Capability.WRITES),
                        FaultLaws::again));
    }

    /** Five calls, of which one reads. */
    private static boolean unit(Storage storage) {
        return storage.transact(unit -> {
            unit.repository(LawTypes.SINGLES).insertAll(List.of(new Single("a", 1, null), new Single("b", 2, null)));
            unit.repository(LawTypes.ITEMS).insert(new Item("o", "x", 1L));
            unit.repository(LawTypes.SINGLES).update(new Single("kept", 2, null));
            unit.repository(LawTypes.ITEMS).partition("p").replace(List.of(new Item("p", "y", 2L)));
            unit.repository(LawTypes.SINGLES).delete("b");
            return unit.repository(LawTypes.SINGLES).find("a").isPresent();
        });
    }

    private static void steps(LawContext context) {
        context.withStorage(storage -> {
            storage.repository(LawTypes.SINGLES).insert(new Single("kept", 1, null));
            boolean failed = true;
            for (int at = 1; failed; at++) {
                FaultPlan plan = FaultPlan.none().at(at, Fault.FAIL_BEFORE);
                Throwable failure = catchThrowable(() -> unit(Faults.of(plan).in(storage)));
                failed = failure != null;
                if (failed) {
                    assertThat(failure).isInstanceOf(StorageUnavailableException.class);
                    assertThat(storage.repository(LawTypes.SINGLES)
                                    .all()
                                    .allowScan()
                                    .list())
                            .as("after a failure at call %d", at)
                            .containsExactly(new Single("kept", 1, null));
                    assertThat(storage.repository(LawTypes.ITEMS)
                                    .all()
                                    .allowScan()
                                    .count())
                            .isZero();
                    context.effective(1);
                    context.faults(plan.fired());
                }
            }
            unitIsThere(storage);
        });
    }

    private static void unitIsThere(Storage storage) {
        assertThat(storage.repository(LawTypes.SINGLES).all().allowScan().list())
                .containsExactly(new Single("a", 1, null), new Single("kept", 2, null));
        assertThat(storage.repository(LawTypes.ITEMS).all().allowScan().list())
                .containsExactly(new Item("o", "x", 1L), new Item("p", "y", 2L));
    }

    private static void unknown(LawContext context) {
        context.withStorage(storage -> {
            storage.repository(LawTypes.SINGLES).insert(new Single("kept", 1, null));
            FaultPlan plan = FaultPlan.none().when(call -> call.verb().equals("transact"), Fault.FAIL_AFTER);
            Throwable failure = catchThrowable(() -> unit(Faults.of(plan).in(storage)));
            assertThat(failure).isInstanceOf(UnknownOutcomeException.class);
            unitIsThere(storage);
            context.effective(1);
            context.faults(plan.fired());
        });
    }

    private static void again(LawContext context) {
        context.withStorage(storage -> {
            FaultPlan plan = FaultPlan.none().when(call -> call.writes(), Fault.DUPLICATE);
            Storage twice = Faults.of(plan).in(storage);
            Repository<Single> singles = twice.repository(LawTypes.SINGLES);
            singles.save(new Single("a", 1, null));
            singles.save(new Single("b", 2, null));
            assertThat(singles.delete("b")).isTrue();
            Repository<Item> items = twice.repository(LawTypes.ITEMS);
            items.partition("o").replace(List.of(new Item("o", "x", 1L), new Item("o", "y", null)));
            items.saveAll(List.of(new Item("p", "x", 1L), new Item("p", "y", 2L)));
            assertThat(storage.repository(LawTypes.SINGLES).all().allowScan().list())
                    .containsExactly(new Single("a", 1, null));
            assertThat(storage.repository(LawTypes.ITEMS).partition("o").list())
                    .containsExactly(new Item("o", "x", 1L), new Item("o", "y", null));
            assertThat(storage.repository(LawTypes.ITEMS).partition("p").list())
                    .containsExactly(new Item("p", "x", 1L), new Item("p", "y", 2L));
            context.effective(4);
            context.faults(plan.fired());
        });
    }
}
