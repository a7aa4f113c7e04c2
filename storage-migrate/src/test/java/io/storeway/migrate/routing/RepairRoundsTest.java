package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.AilingStore.Behaviour;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.Instance;
import io.storeway.migrate.routing.internal.replication.Marks;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.replication.Touched;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The background while the storage that follows is out of reach. */
@Timeout(60)
class RepairRoundsTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final Duration HEARTBEAT = Duration.ofMillis(10);
    private static final int CALLS = 3;
    private static final int ROUNDS = 4;

    private final List<Long> refused = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch enough = new CountDownLatch(CALLS * ROUNDS);
    private final AilingStore follower = new AilingStore(this::refusing);
    private final Semaphore asked = new Semaphore(0);
    private final Storage old = KvStorage.open(new MemoryStore(), CATALOG);
    private final Storage fresh = KvStorage.open(follower.store, CATALOG);
    private final Storage control = KvStorage.open(new MemoryStore(), CATALOG);
    private final RoutedStorage routed = RoutedStorage.between(old, fresh)
            .controlledBy(control)
            .heartbeat(HEARTBEAT)
            .followerTimeout(Duration.ofMillis(1))
            .shadowComparisons(0)
            .shadowSample(0)
            .advisedBy(() -> {
                asked.release();
                return Wish.NONE;
            })
            .open();

    @BeforeEach
    void writeBothSides() {
        Moves.to(routed, Stage.DUAL_WRITE);
    }

    @AfterEach
    void close() {
        follower.recovers();
        routed.close();
    }

    private void refusing() {
        refused.add(System.nanoTime());
        enough.countDown();
    }

    /** Writes of an instance that died before they followed. */
    private void leaveMarks() {
        leaveMarks(Instant.EPOCH);
    }

    private void leaveMarks(Instant since) {
        long term = routed.routing().member().view().record().term();
        old.replica().transact(unit -> {
            List<Key> keys =
                    IntStream.range(0, 20).mapToObj(i -> Key.of("o" + i)).toList();
            keys.forEach(key -> unit.repository(MovesTest.ENTRIES)
                    .save(new Entry(String.valueOf(key.values().get(0)), "n", 1)));
            Touched.Batch batch = new Touched.Batch(MovesTest.ENTRIES, unit.advance(MovesTest.ENTRIES, keys, term));
            Marks.put(unit, new Sides(old, fresh, "default", Clock.systemUTC()), List.of(batch), since);
            return batch;
        });
    }

    private void awaitRepair() {
        while (Marks.count(old, "default") > 0) {
            LockSupport.parkNanos(HEARTBEAT.toNanos());
        }
        assertThat(fresh.repository(MovesTest.ENTRIES).all().allowScan().count())
                .isEqualTo(20);
    }

    @Test
    void anOutageCostsThreeCallsARoundAndTheRoundsComeLaterAndLater() throws InterruptedException {
        follower.behaves(Behaviour.REFUSES);
        leaveMarks();
        enough.await();
        List<Long> calls = List.copyOf(refused);
        for (int round = 1; round < ROUNDS; round++) {
            long rest = calls.get(CALLS * round) - calls.get(CALLS * round - 1);
            // The instance's clock and that of this test may differ a little.
            assertThat(Duration.ofNanos(rest))
                    .isGreaterThan(HEARTBEAT.multipliedBy(1L << (round - 1)).minusMillis(1));
        }
        follower.recovers();
        awaitRepair();
    }

    @Test
    void aFollowerThatHangsHoldsUpNeitherTheLeaseNorTheFlags() throws InterruptedException {
        follower.behaves(Behaviour.HANGS);
        leaveMarks();
        follower.hanging.await();
        Instant lease = lease();
        asked.drainPermits();
        asked.acquire(3);
        assertThat(lease()).isAfter(lease);
        follower.recovers();
        awaitRepair();
    }

    @Test
    void anAuthorityThatIsSlowToRemoveMarksHoldsUpNoLease() throws InterruptedException {
        CountDownLatch removing = new CountDownLatch(1);
        CountDownLatch goingOn = new CountDownLatch(1);
        KeyValueStore slow = Interposed.store(new MemoryStore(), call -> {
            if (call.verb().equals("commit") && deletesMark(call.arguments())) {
                removing.countDown();
                goingOn.await();
            }
            return call.proceed();
        });
        Storage leases = KvStorage.open(new MemoryStore(), CATALOG);
        try (RoutedStorage writing = RoutedStorage.between(
                        KvStorage.open(slow, CATALOG), KvStorage.open(new MemoryStore(), CATALOG))
                .controlledBy(leases)
                .heartbeat(HEARTBEAT)
                .open()) {
            Moves.to(writing, Stage.DUAL_WRITE);
            writing.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
            removing.await();
            Instant lease = lease(leases);
            for (int i = 0; i < 1_000 && !lease(leases).isAfter(lease); i++) {
                LockSupport.parkNanos(HEARTBEAT.toNanos());
            }
            assertThat(lease(leases)).isAfter(lease);
            goingOn.countDown();
        }
    }

    private static boolean deletesMark(List<?> arguments) {
        return ((List<?>) Objects.requireNonNull(arguments.get(1)))
                .stream()
                        .map(write -> (KeyValueStore.Write) write)
                        .anyMatch(write -> write.value() == null && write.key().contains(":mark:"));
    }

    private Instant lease() {
        return lease(control);
    }

    private static Instant lease(Storage control) {
        return control.repository(Instance.TYPE).all().allowScan().list().get(0).leaseUntil();
    }

    @Test
    void aClockThatIsSetBackDoesNotEndTheRounds() throws InterruptedException {
        routed.close();
        ManualClock clock = new ManualClock(Instant.now());
        try (RoutedStorage later = RoutedStorage.between(old, fresh)
                .controlledBy(control)
                .clock(clock)
                .heartbeat(HEARTBEAT)
                .advisedBy(() -> {
                    asked.release();
                    return Wish.NONE;
                })
                .open()) {
            assertThat(later.stage()).isEqualTo(Stage.DUAL_WRITE);
            leaveMarks();
            awaitRepair();
            asked.drainPermits();
            asked.acquire(ROUNDS);
            clock.advance(Duration.ofHours(-1));
            leaveMarks();
            awaitRepair();
        }
    }

    @Test
    void marksOfAClockThatHasBeenSetBackSinceAreRepairedNow() {
        routed.close();
        ManualClock clock = new ManualClock(Instant.now());
        try (RoutedStorage later = RoutedStorage.between(old, fresh)
                .controlledBy(control)
                .clock(clock)
                .followers(0)
                .stepwise(time -> {})
                .open()) {
            leaveMarks(clock.instant().plus(Duration.ofDays(1)));
            later.routing().tick();
            assertThat(Marks.count(old, "default")).isZero();
            awaitRepair();
        }
    }
}
