package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.Instance;
import io.storeway.migrate.routing.internal.replication.Marks;
import io.storeway.testkit.call.Interceptor;
import io.storeway.testkit.call.Interposed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An instance that is closed after its writers have stopped. */
class CleanEndTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final int WRITERS = 4;
    private static final int WRITES = 50;
    /** Shorter than idle threads of a pool live by themselves. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Storage old = KvStorage.open(new MemoryStore(), CATALOG);
    private final Storage fresh = KvStorage.open(new MemoryStore(), CATALOG);
    private final Storage control = KvStorage.open(new MemoryStore(), CATALOG);
    private final ThreadGroup group = new ThreadGroup("clean end");
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** A thread of the group, whose threads are of the group too. */
    private Thread started(Runnable work) {
        Thread thread = new Thread(group, work);
        thread.setUncaughtExceptionHandler((died, why) -> failure.set(why));
        thread.start();
        return thread;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void openWriteAndClose() {
        try (RoutedStorage routed = RoutedStorage.between(old, fresh)
                .controlledBy(control)
                .heartbeat(Duration.ofMillis(20))
                .followerTimeout(Duration.ofMinutes(1))
                .advisedBy(() -> Wish.NONE)
                .shadowComparisons(0)
                .shadowSample(100)
                .open()) {
            Moves.to(routed, Stage.SHADOW);
            List<Thread> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                String owner = "o" + writer;
                writers.add(started(() -> {
                    for (int i = 0; i < WRITES; i++) {
                        routed.repository(MovesTest.ENTRIES).save(new Entry(owner, "n" + i, i));
                        routed.repository(MovesTest.ENTRIES).find(owner, "n" + i);
                    }
                }));
            }
            writers.forEach(CleanEndTest::join);
        }
    }

    @Test
    void closingAgainCallsNoStorage() {
        AtomicInteger calls = new AtomicInteger();
        Interceptor counting = call -> {
            calls.incrementAndGet();
            return call.proceed();
        };
        RoutedStorage routed = RoutedStorage.between(
                        Interposed.storage(old, counting), Interposed.storage(fresh, counting))
                .controlledBy(Interposed.storage(control, counting))
                .open();
        Moves.to(routed, Stage.DUAL_WRITE);
        routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
        routed.close();
        int before = calls.get();
        routed.close();
        assertThat(calls.get()).isEqualTo(before);
    }

    @Test
    void itLeavesNoMarkNoLeaseAndNoThread() throws InterruptedException {
        join(started(this::openWriteAndClose));
        assertThat(failure.get()).isNull();
        assertThat(fresh.repository(MovesTest.ENTRIES).all().allowScan().count())
                .isEqualTo((long) WRITERS * WRITES);
        assertThat(Marks.count(old, "default")).as("marks").isZero();
        assertThat(control.repository(Instance.TYPE).all().allowScan().list())
                .as("leases")
                .isEmpty();
        Thread[] alive = new Thread[100];
        group.enumerate(alive);
        for (Thread thread : Arrays.stream(alive).filter(Objects::nonNull).toList()) {
            thread.join(SOON.toMillis());
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
    }
}
