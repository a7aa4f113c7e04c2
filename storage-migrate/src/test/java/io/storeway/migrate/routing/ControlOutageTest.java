package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.AilingStore.Behaviour;
import io.storeway.migrate.routing.MovesTest.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An instance whose control storage, which is the new storage too, is out of reach at a bad moment. */
@Timeout(60)
class ControlOutageTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final int ROUNDS = 5;

    private final AilingStore store = new AilingStore(() -> {});
    private volatile Wish wish = Wish.NONE;
    private final Semaphore asked = new Semaphore(0);
    private final Storage old = KvStorage.open(new MemoryStore(), CATALOG);
    private final Storage fresh = KvStorage.open(store.store, CATALOG);
    private final List<RoutedStorage> opened = new ArrayList<>();

    private RoutedStorageBuilder instance(String name) {
        return RoutedStorage.between(old, fresh)
                .controlledBy(fresh)
                .instance(name)
                .followers(0)
                .shadowComparisons(0)
                .shadowSample(0)
                .advisedBy(() -> {
                    asked.release();
                    return wish;
                });
    }

    private RoutedStorage open(RoutedStorageBuilder builder) {
        RoutedStorage routed = builder.open();
        opened.add(routed);
        return routed;
    }

    @AfterEach
    void close() {
        store.recovers();
        opened.forEach(RoutedStorage::close);
    }

    @Test
    void theKillSwitchIsObeyedWhileTheStorageThatItIsForIsDown() {
        RoutedStorage routed = open(instance("one").stepwise(time -> {}));
        Moves.to(routed, Stage.READ_NEW);
        routed.control().percent(100, "test", "everybody");
        routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
        routed.routing().tick();
        store.behaves(Behaviour.REFUSES);
        wish = Wish.killed();
        routed.routing().tick();
        assertThat(routed.repository(MovesTest.ENTRIES).find("o", "n")).contains(new Entry("o", "n", 1));
        assertThat(routed.advice()).contains("the wish waits: planned [get]");
        assertThat(routed.backgroundFailure()).isPresent();
    }

    @Test
    void theFlagIsAskedWhileTheStorageHangs() throws InterruptedException {
        RoutedStorage routed = open(instance("one").heartbeat(Duration.ofMillis(10)));
        Moves.to(routed, Stage.READ_NEW);
        store.behaves(Behaviour.HANGS);
        store.hanging.await();
        asked.drainPermits();
        wish = Wish.killed();
        asked.acquire();
        while (routed.routing().member().readsNew()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anErrorDoesNotEndTheRounds() throws InterruptedException {
        RoutedStorage routed = open(instance("one").heartbeat(Duration.ofMillis(10)));
        store.behaves(Behaviour.ERRS);
        store.erred.await();
        store.recovers();
        store.answered.drainPermits();
        store.answered.acquire(ROUNDS);
        while (routed.backgroundFailure().isPresent()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anInstanceThatDoesNotMoveTheStageForgetsAWishThatCouldNotBeHad() {
        try (RoutedStorage first = instance("first").stepwise(time -> {}).open()) {
            assertThat(first.stage()).isEqualTo(Stage.OFF);
            RoutedStorage routed = open(RoutedStorage.between(old, fresh)
                    .controlledBy(fresh)
                    .instance("second")
                    .advisedBy(() -> {
                        if (wish.readNew()) {
                            throw new IllegalArgumentException("not yet");
                        }
                        return wish;
                    })
                    .stepwise(time -> {}));
            routed.routing().tick();
            assertThat(routed.advice()).isPresent();
            wish = Wish.killed();
            routed.routing().tick();
            assertThat(routed.advice()).isEmpty();
        }
    }
}
