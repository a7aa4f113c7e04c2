package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.Capability;
import io.storeway.Health;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.StorageClosedException;
import io.storeway.testkit.laws.LawTypes.Entry;
import io.storeway.testkit.laws.LawTypes.Item;
import io.storeway.testkit.laws.LawTypes.Single;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Storages are opened, closed and opened again. */
final class LifecycleLaws {

    private static final Set<Capability> DURABLE = Set.of(Capability.WRITES, Capability.DURABLE);

    private LifecycleLaws() {}

    static List<Law> all() {
        return List.of(
                new Law("L03-reopen", "opening a storage again changes nothing", DURABLE, LifecycleLaws::reopen),
                new Law(
                        "L22-durable",
                        "what was acknowledged is there when the storage is opened again",
                        DURABLE,
                        LifecycleLaws::durable),
                new Law(
                        "L05-closed",
                        "a closed storage refuses every call, and can be closed again",
                        Set.of(Capability.WRITES),
                        LifecycleLaws::closed),
                new Law(
                        "L05-null",
                        "a null in a batch is refused with nothing written",
                        Set.of(Capability.WRITES),
                        LifecycleLaws::nullInBatch));
    }

    private static List<Object> everything(Storage storage) {
        return List.of(
                storage.repository(LawTypes.SINGLES).all().allowScan().list(),
                storage.repository(LawTypes.ITEMS).all().allowScan().list(),
                storage.repository(LawTypes.ENTRIES).partition("o").list());
    }

    private static void fill(Storage storage) {
        storage.repository(LawTypes.SINGLES).insertAll(List.of(new Single("a", 1, null), new Single("b", null, "é")));
        storage.repository(LawTypes.ITEMS).insert(new Item("o", "n", Long.MAX_VALUE));
        storage.repository(LawTypes.ENTRIES)
                .partition("o")
                .replace(List.of(new Entry("o", "z"), new Entry("o", "a"), new Entry("o", "z")));
    }

    private static void reopen(LawContext context) {
        Object[] before = new Object[1];
        String[] place = {""};
        context.withStorage(storage -> {
            fill(storage);
            before[0] = everything(storage);
            place[0] = storage.replica().identity();
        });
        for (int again = 0; again < 3; again++) {
            context.withSameStorage(storage -> {
                assertThat(everything(storage)).isEqualTo(before[0]);
                assertThat(storage.replica().identity())
                        .as("the name of the place")
                        .isNotEmpty()
                        .isEqualTo(place[0]);
                context.effective(1);
            });
        }
    }

    private static void durable(LawContext context) {
        context.withStorage(LifecycleLaws::fill);
        context.withSameStorage(storage -> {
            storage.repository(LawTypes.SINGLES).save(new Single("a", 2, "changed"));
            assertThat(storage.repository(LawTypes.SINGLES).delete("b")).isTrue();
            storage.repository(LawTypes.ENTRIES).insert(new Entry("o", "last"));
        });
        context.withSameStorage(storage -> {
            assertThat(storage.repository(LawTypes.SINGLES).all().allowScan().list())
                    .containsExactly(new Single("a", 2, "changed"));
            assertThat(storage.repository(LawTypes.ENTRIES).partition("o").list())
                    .extracting(Entry::text)
                    .containsExactly("z", "a", "z", "last");
            context.effective(3);
        });
    }

    private static void closed(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            assertThat(storage.health().status())
                    .as("the health of an open storage")
                    .isNotEqualTo(Health.Status.DOWN);
            storage.close();
            storage.close();
            assertThat(storage.health().status())
                    .as("the health of a closed storage")
                    .isEqualTo(Health.Status.DOWN);
            List<Runnable> calls = new ArrayList<>(List.of(
                    () -> singles.find("a"),
                    () -> singles.save(new Single("a", 1, null)),
                    () -> singles.partition("a").list(),
                    () -> singles.all().allowScan().count(),
                    () -> singles.delete("a"),
                    () -> singles.purgeExpired(),
                    () -> storage.repository(LawTypes.LEASES).purgeExpired(),
                    () -> storage.replica().scan(LawTypes.SINGLES, null, 1)));
            if (storage.capabilities().has(Capability.UNITS_OF_WORK)) {
                calls.add(() -> storage.transact(
                        unit -> unit.repository(LawTypes.SINGLES).find("a")));
            }
            for (Runnable call : calls) {
                assertThat(catchThrowable(call::run))
                        .as("a call after close")
                        .isInstanceOf(StorageClosedException.class);
                context.effective(1);
            }
        });
    }

    private static void nullInBatch(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            Throwable refusal = catchThrowable(() -> singles.insertAll(Arrays.asList(new Single("a", 1, null), null)));
            assertThat(refusal).as("a batch with a null").isInstanceOf(RuntimeException.class);
            assertThat(singles.all().allowScan().list()).isEmpty();
            context.effective(1);
        });
    }
}
