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
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A storage that follows and hangs, in a stage in which callers wait for it. */
class FollowerTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
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

    private RoutedStorage awaiting(Storage fresh, Duration followerTimeout) {
        return awaiting(fresh, followerTimeout, 1);
    }

    private RoutedStorage awaiting(Storage fresh, Duration followerTimeout, int followers) {
        RoutedStorage routed = Moves.quiet(KvStorage.open(new MemoryStore(), CATALOG), fresh)
                .followers(followers)
                .followerTimeout(followerTimeout)
                .clock(clock)
                .open();
        Moves.to(routed, Stage.SHADOW);
        return routed;
    }

    @Test
    @Timeout(60)
    void itHoldsNoWriteUpAndIsMendedWhenItAnswersAgain() {
        Storage fresh = KvStorage.open(hanging(), CATALOG);
        try (RoutedStorage routed = awaiting(fresh, Duration.ofMillis(50))) {
            hangs.set(true);
            routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
            routed.repository(MovesTest.ENTRIES).save(new Entry("p", "n", 2));
            assertThat(routed.control().status().marks()).hasValue(2);
            hangs.set(false);
            released.countDown();
            routed.control().repair("test", "mend");
            routed.routing().tick();
            assertThat(routed.control().status().marks()).hasValue(0);
            assertThat(fresh.repository(MovesTest.ENTRIES).find("p", "n")).contains(new Entry("p", "n", 2));
        }
    }

    @Test
    @Timeout(60)
    void moreWritersThanThreadsDoNotKeepItFromFollowing() throws InterruptedException {
        Storage fresh = KvStorage.open(hanging(), CATALOG);
        try (RoutedStorage routed = awaiting(fresh, Duration.ofMinutes(1))) {
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

    @Test
    @Timeout(60)
    void oneThatAnswersTooLateEachTimeIsLeftAloneAfterFiveWrites() throws InterruptedException {
        AtomicInteger commits = new AtomicInteger();
        Semaphore late = new Semaphore(0);
        Semaphore ended = new Semaphore(0);
        KeyValueStore slow = Interposed.store(new MemoryStore(), call -> {
            if (!hangs.get() || !call.verb().equals("commit")) {
                return call.proceed();
            }
            commits.incrementAndGet();
            late.acquireUninterruptibly();
            Object answer = call.proceed();
            ended.release();
            return answer;
        });
        try (RoutedStorage routed = awaiting(KvStorage.open(slow, CATALOG), Duration.ofMillis(20))) {
            hangs.set(true);
            for (int i = 0; i < 5; i++) {
                // A write that meets the thread on its way back to the pool is not sent, and says nothing of the
                // follower.
                while (commits.get() == i) {
                    routed.repository(MovesTest.ENTRIES).save(new Entry("o" + i, "n", i));
                }
                late.release();
                ended.acquire();
            }
            awaitIdleFollowers();
            assertThat(commits).hasValue(5);
            routed.repository(MovesTest.ENTRIES).save(new Entry("p", "n", 6));
            late.release();
            assertThat(commits).as("writes that were sent to it").hasValue(5);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void oneThatIsLeftAloneIsTriedAgainByOneWriteAfterFiveSeconds(int followers) {
        AtomicInteger commits = new AtomicInteger();
        KeyValueStore broken = Interposed.store(new MemoryStore(), call -> {
            if (call.verb().equals("commit")) {
                commits.incrementAndGet();
                if (hangs.get()) {
                    throw new StorageUnavailableException("planned", ErrorContext.of("follow"), null);
                }
            }
            return call.proceed();
        });
        Storage fresh = KvStorage.open(broken, CATALOG);
        try (RoutedStorage routed = awaiting(fresh, Duration.ofSeconds(20), followers)) {
            Repository<Entry> entries = routed.repository(MovesTest.ENTRIES);
            hangs.set(true);
            for (int i = 0; i < 10; i++) {
                saveWithAnIdleFollower(entries, new Entry("o" + i, "n", i));
            }
            int sent = commits.get();
            clock.advance(Duration.ofSeconds(5).plusMillis(1));
            saveWithAnIdleFollower(entries, new Entry("p", "n", 1));
            saveWithAnIdleFollower(entries, new Entry("q", "n", 1));
            assertThat(commits.get() - sent).as("writes that tried it").isOne();
            hangs.set(false);
            clock.advance(Duration.ofSeconds(5).plusMillis(1));
            routed.routing().tick();
            saveWithAnIdleFollower(entries, new Entry("r", "n", 1));
            saveWithAnIdleFollower(entries, new Entry("s", "n", 1));
            assertThat(fresh.repository(MovesTest.ENTRIES).find("r", "n")).isPresent();
            assertThat(fresh.repository(MovesTest.ENTRIES).find("s", "n")).isPresent();
        }
    }

    private static void saveWithAnIdleFollower(Repository<Entry> entries, Entry entry) {
        awaitIdleFollowers();
        entries.save(entry);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void oneThatFailsWithAnErrorFailsNoWriteThatTheOtherHasCommitted(int followers) {
        KeyValueStore broken = Interposed.store(new MemoryStore(), call -> {
            if (hangs.get()) {
                throw new StackOverflowError("planned");
            }
            return call.proceed();
        });
        Storage fresh = KvStorage.open(broken, CATALOG);
        try (RoutedStorage routed = awaiting(fresh, Duration.ofSeconds(20), followers)) {
            hangs.set(true);
            routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
            hangs.set(false);
            assertThat(routed.control().status().marks()).hasValue(1);
            routed.control().repair("test", "mend");
            assertThat(fresh.repository(MovesTest.ENTRIES).find("o", "n")).contains(new Entry("o", "n", 1));
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
