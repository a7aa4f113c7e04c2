package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
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
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("given up", ErrorContext.of("follow"), e);
        }
    }

    @Test
    @Timeout(60)
    void itHoldsNoWriteUpAndIsMendedWhenItAnswersAgain() {
        Storage old = KvStorage.open(new MemoryStore(), CATALOG);
        Storage fresh = KvStorage.open(hanging(), CATALOG);
        try (RoutedStorage routed = RoutedStorage.between(old, fresh)
                .followers(1)
                .followerTimeout(Duration.ofMillis(50))
                .stepwise(time -> {})
                .open()) {
            Moves.to(routed, Stage.DUAL_WRITE);
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
}
