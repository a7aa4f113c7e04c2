package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Health;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.Instance;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an instance does whose control storage can be read and not written. */
class LeaseTest {

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private boolean readOnly;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean hanging;
    private final Storage control = KvStorage.open(
            Interposed.store(new MemoryStore(), call -> {
                if (readOnly && call.verb().equals("commit")) {
                    throw new StorageUnavailableException("read-only", ErrorContext.of("commit"), null);
                }
                if (hanging) {
                    asked.countDown();
                    answered.await();
                }
                return call.proceed();
            }),
            TroubledPair.CATALOG,
            clock);
    private final Storage old = KvStorage.open(new MemoryStore(), TroubledPair.CATALOG, clock);
    private final Storage fresh = KvStorage.open(new MemoryStore(), TroubledPair.CATALOG, clock);
    private final RoutedStorage routed = RoutedStorage.between(old, fresh)
            .instance("one")
            .controlledBy(control)
            .clock(clock)
            .followers(0)
            .lease(Duration.ofSeconds(10))
            .stepwise(clock::advance)
            .open();
    private final Repository<Entry> entries = routed.repository(MovesTest.ENTRIES);

    @AfterEach
    void close() {
        routed.close();
    }

    private List<String> onRecord() {
        return control.repository(Instance.TYPE).partition("default").list().stream()
                .map(Instance::instance)
                .toList();
    }

    private void openAndClose(String name) {
        RoutedStorage.between(old, fresh)
                .controlledBy(control)
                .clock(clock)
                .instance(name)
                .stepwise(clock::advance)
                .open()
                .close();
    }

    @Test
    void instancesThatDiedAreForgottenADayLater() {
        clock.advance(Duration.ofHours(23));
        openAndClose("two");
        assertThat(onRecord()).containsExactly("one");
        clock.advance(Duration.ofHours(2));
        openAndClose("two");
        assertThat(onRecord()).isEmpty();
    }

    @Test
    void whoeverWritesAfterTheLeaseIsToldSoWhileTheControlStorageHangs() throws InterruptedException {
        assertThat(routed.backgroundFailure()).isEmpty();
        hanging = true;
        Thread background = new Thread(routed.routing()::tick);
        background.start();
        asked.await();
        clock.advance(Duration.ofSeconds(11));
        assertThatThrownBy(() -> entries.save(new Entry("late", "n", 1)))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("The lease of this instance is over");
        assertThat(routed.backgroundFailure())
                .as("seen before the round is over")
                .hasValueSatisfying(failure -> assertThat(failure).hasMessageContaining("lease"));
        assertThat(routed.health().status()).isEqualTo(Health.Status.DEGRADED);
        hanging = false;
        answered.countDown();
        background.join();
        entries.save(new Entry("late", "n", 1));
        assertThat(routed.backgroundFailure()).isEmpty();
    }

    @Test
    void aLeaseThatNobodyElseSeesIsNone() {
        readOnly = true;
        for (int second = 0; second < 7; second++) {
            clock.advance(Duration.ofSeconds(1));
            routed.routing().tick();
            entries.save(new Entry("early", "n", second));
        }
        for (int second = 0; second < 7; second++) {
            clock.advance(Duration.ofSeconds(1));
            routed.routing().tick();
        }
        assertThatThrownBy(() -> entries.save(new Entry("late", "n", 1)))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("nothing was written");
        assertThat(old.repository(MovesTest.ENTRIES).exists("late", "n")).isFalse();
        assertThat(entries.find("early", "n")).contains(new Entry("early", "n", 6));
        readOnly = false;
        entries.save(new Entry("late", "n", 1));
        assertThat(old.repository(MovesTest.ENTRIES).exists("late", "n")).isTrue();
    }
}
