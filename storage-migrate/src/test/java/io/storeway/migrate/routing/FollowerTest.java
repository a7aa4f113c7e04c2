package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.call.Interposed;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A storage that follows and hangs. */
class FollowerTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);

    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicBoolean hangs = new AtomicBoolean();

    private KeyValueStore hanging() {
        return Interposed.store(new MemoryStore(), call -> {
            if (hangs.get()) {
                awaitRelease();
            }
            return call.proceed();
        });
    }

    private void awaitRelease() {
        arrived.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("given up", ErrorContext.of("follow"), e);
        }
    }

    private static RoutedStorage dualWriting(Storage fresh, Duration followerTimeout) {
        RoutedStorage routed = RoutedStorage.between(KvStorage.open(new MemoryStore(), CATALOG), fresh)
                .followers(1)
                .followerTimeout(followerTimeout)
                .stepwise(time -> {})
                .open();
        Moves.to(routed, Stage.DUAL_WRITE);
        return routed;
    }

    @Test
    @Timeout(60)
    void itHoldsNoWriteUpAndIsMendedWhenItAnswersAgain() {
        Storage fresh = KvStorage.open(hanging(), CATALOG);
        try (RoutedStorage routed = dualWriting(fresh, Duration.ofMillis(50))) {
            hangs.set(true);
            routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
            routed.repository(MovesTest.ENTRIES).save(new Entry("p", "n", 2));
            assertThat(routed.control().status().marks()).isEqualTo(2);
            hangs.set(false);
            released.countDown();
            routed.control().repair();
            routed.routing().tick();
            assertThat(routed.control().status().marks()).isZero();
            assertThat(fresh.repository(MovesTest.ENTRIES).find("p", "n")).contains(new Entry("p", "n", 2));
        }
    }

    @Test
    @Timeout(60)
    void moreWritersThanThreadsDoNotKeepItFromFollowing() throws InterruptedException {
        Storage fresh = KvStorage.open(hanging(), CATALOG);
        try (RoutedStorage routed = dualWriting(fresh, Duration.ofMinutes(1))) {
            Repository<Entry> entries = routed.repository(MovesTest.ENTRIES);
            hangs.set(true);
            Thread first = new Thread(() -> entries.save(new Entry("o", "n", 1)));
            first.start();
            arrived.await();
            for (int i = 0; i < 20; i++) {
                entries.save(new Entry("p" + i, "n", i));
            }
            hangs.set(false);
            released.countDown();
            first.join();
            awaitIdleFollowers();
            entries.save(new Entry("q", "n", 3));
            assertThat(fresh.repository(MovesTest.ENTRIES).find("q", "n")).contains(new Entry("q", "n", 3));
        }
    }

    private static void awaitIdleFollowers() {
        while (Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("storeway-follower"))
                .anyMatch(thread ->
                        thread.getState() == Thread.State.RUNNABLE || thread.getState() == Thread.State.BLOCKED)) {
            Thread.onSpinWait();
        }
    }
}
