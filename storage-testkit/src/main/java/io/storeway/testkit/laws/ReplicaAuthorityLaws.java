package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.ReplicaUnit;
import io.storeway.spi.Version;
import io.storeway.testkit.laws.LawTypes.Item;
import io.storeway.testkit.laws.LawTypes.Single;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** What the authority of a migration must do: raise versions with each write, and keep a pinned record unchanged until the unit commits. */
final class ReplicaAuthorityLaws {

    private static final int ROUNDS = 5;
    private static final Key OWNER = Key.of("o");

    private ReplicaAuthorityLaws() {}

    static void advance(LawContext context) {
        context.withStorage(storage -> {
            storage.replica().prepare(List.of());
            PartitionState never = one(storage.replica().read(LawTypes.ITEMS, List.of(OWNER)));
            assertThat(never.version()).isEqualTo(Version.NONE);
            assertThat(never.items()).isEmpty();
            PartitionState first =
                    write(storage, 3, unit -> unit.repository(LawTypes.ITEMS).insert(new Item("o", "a", 1L)));
            assertThat(first.version()).isEqualTo(new Version(3, 1));
            assertThat(records(first)).containsExactly(new Item("o", "a", 1L));
            PartitionState second =
                    write(storage, 3, unit -> unit.repository(LawTypes.ITEMS).insert(new Item("o", "b", 2L)));
            assertThat(second.version()).isEqualTo(new Version(3, 2));
            assertThat(write(storage, 2, unit -> {}).version())
                    .as("an older epoch lowers nothing")
                    .isEqualTo(new Version(3, 3));
            PartitionState gone = write(
                    storage,
                    4,
                    unit -> unit.repository(LawTypes.ITEMS).partition("o").clear());
            assertThat(gone.version()).isEqualTo(new Version(4, 1));
            assertThat(gone.items()).isEmpty();
            assertThat(one(storage.replica().read(LawTypes.ITEMS, List.of(OWNER)))
                            .version())
                    .as("the tombstone")
                    .isEqualTo(new Version(4, 1));
            assertThat(storage.replica().scan(LawTypes.ITEMS, null, 10).partitions())
                    .as("a scan passes over tombstones")
                    .isEmpty();
            context.effective(5);
        });
    }

    private interface Work {
        void in(ReplicaUnit unit);
    }

    private static PartitionState write(Storage storage, long epoch, Work work) {
        return storage.replica().transact(unit -> {
            work.in(unit);
            PartitionState advanced = one(unit.advance(LawTypes.ITEMS, List.of(OWNER), epoch));
            PartitionState read = one(unit.read(LawTypes.ITEMS, List.of(OWNER)));
            assertThat(read.version()).isEqualTo(advanced.version());
            assertThat(records(read)).isEqualTo(records(advanced));
            return advanced;
        });
    }

    private static PartitionState one(List<PartitionState> states) {
        assertThat(states).hasSize(1);
        return states.get(0);
    }

    private static List<Item> records(PartitionState state) {
        return state.items().stream()
                .map(item -> LawTypes.ITEMS.fromRow(item.row()))
                .toList();
    }

    static void order(LawContext context) {
        context.withStorage(storage -> {
            storage.replica().prepare(List.of());
            for (int round = 0; round < ROUNDS; round++) {
                String name = "n" + round;
                CountDownLatch both = new CountDownLatch(2);
                List<PartitionState> states = Clients.run(List.<Callable<PartitionState>>of(
                        () -> add(storage, name + "a", both), () -> add(storage, name + "b", both)));
                PartitionState last = states.stream()
                        .max(Comparator.comparing(PartitionState::version))
                        .orElseThrow();
                assertThat(states.get(0).version()).isNotEqualTo(states.get(1).version());
                assertThat(records(last)).hasSize(2 * (round + 1));
                context.effective(1);
            }
        });
    }

    private static PartitionState add(Storage storage, String name, CountDownLatch both) {
        return storage.replica().transact(unit -> {
            unit.repository(LawTypes.ITEMS).find("o", name);
            meet(both);
            unit.repository(LawTypes.ITEMS).insert(new Item("o", name, 1L));
            return one(unit.advance(LawTypes.ITEMS, List.of(OWNER), 1));
        });
    }

    static void pin(LawContext context) {
        context.withStorage(storage -> {
            EntityType<Single> singles = LawTypes.SINGLES;
            storage.replica().prepare(List.of());
            storage.repository(singles).insert(new Single("fence", 0, null));
            for (int round = 1; round <= ROUNDS; round++) {
                int term = round;
                String name = "n" + round;
                CountDownLatch pinned = new CountDownLatch(1);
                CountDownLatch fenced = new CountDownLatch(1);
                List<Integer> seen = Clients.run(List.<Callable<Integer>>of(
                        () -> storage.replica().transact(unit -> {
                            int found =
                                    number(unit.pin(singles, Key.of("fence")).orElseThrow());
                            pinned.countDown();
                            Clients.await(fenced);
                            unit.repository(LawTypes.ITEMS).insert(new Item("o", name, (long) found));
                            return found;
                        }),
                        () -> {
                            Clients.await(pinned);
                            storage.replica().transact(unit -> {
                                unit.repository(singles).update(new Single("fence", term, null));
                                return 0;
                            });
                            boolean there = storage.repository(LawTypes.ITEMS).exists("o", name);
                            fenced.countDown();
                            return there ? 1 : 0;
                        }));
                boolean before = seen.get(0) == term - 1;
                assertThat(before || seen.get(0) == term).isTrue();
                assertThat(seen.get(1) == 1 || !before)
                        .as("a writer that saw the old term is done when the change is")
                        .isTrue();
                assertThat(storage.repository(singles).find("fence")).contains(new Single("fence", term, null));
                context.effective(1);
            }
            assertThat(storage.replica()
                            .<Boolean>transact(
                                    unit -> unit.pin(singles, Key.of("absent")).isPresent()))
                    .isFalse();
        });
    }

    private static int number(Single single) {
        Integer number = single.number();
        return number == null ? -1 : number;
    }

    private static void meet(CountDownLatch both) {
        both.countDown();
        boolean met = Clients.await(both);
        assertThat(met || both.getCount() > 0).isTrue();
    }
}
