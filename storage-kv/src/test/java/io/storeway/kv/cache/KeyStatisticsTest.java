package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import io.storeway.testkit.engine.Engines;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class KeyStatisticsTest {

    record Item(String id, String text) {}

    private static final EntityType<Item> ITEMS =
            EntityType.of(Item.class).named("items").identifiedBy(Item::id).build();
    private static final EntityType<Item> ALL = EntityType.of(Item.class)
            .named("all")
            .onePartition()
            .identifiedBy(Item::id)
            .build();
    private static final Instant START = Instant.parse("2025-11-21T00:00:00Z");
    private static final Duration NEVER = Duration.ofDays(1);

    private final ManualClock clock = new ManualClock(START);
    private final HookedStore store = new HookedStore();
    private final Storage kept = KvStorage.open(store, Catalog.of(KeyStatistics.TYPE), clock);
    private final KvStorage source = KvStorage.open(new MemoryStore(), Catalog.of(ITEMS, ALL), clock);
    private final List<CachedStorage> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(CachedStorage::close);
    }

    private CachedStorage open(Storage statistics, Duration every) {
        CachedStorage storage = CachedStorage.over(source, new MemoryStore())
                .clock(clock)
                .cache(ITEMS, CachePolicy.lasting(Duration.ofHours(1)))
                .cache(ALL, CachePolicy.lasting(Duration.ofHours(1)))
                .near(10, Duration.ofMinutes(1))
                .keyStatistics(statistics, every)
                .open();
        opened.add(storage);
        return storage;
    }

    private static void read(CachedStorage storage, String id, int times) {
        for (int i = 0; i < times; i++) {
            storage.repository(ITEMS).find(id);
        }
    }

    private void insert(String... ids) {
        for (String id : ids) {
            source.repository(ITEMS).insert(new Item(id, "text"));
        }
    }

    private StorageUnavailableException down() {
        return new StorageUnavailableException("The server is down", ErrorContext.of("test"), null);
    }

    @Test
    void hitsMissesAndTheLastAccessOfEachKeyAreAddedUpOverInstancesAndRestarts(@TempDir Path folder) {
        insert("a:1", "b");
        source.repository(ALL).insert(new Item("x", "text"));
        List<String> places = List.of(
                "memory:",
                "mvstore:" + folder.resolve("statistics.mv"),
                Engines.redis().newPlace());
        for (String place : places) {
            try (Storage statistics = Storages.open(place, Catalog.of(KeyStatistics.TYPE))) {
                CachedStorage first = open(statistics, NEVER);
                read(first, "a:1", 4);
                read(first, "b", 1);
                first.repository(ALL).all().allowScan().list();
                first.repository(ALL).find("x");
                Instant last = clock.instant();
                first.close();
                CachedStorage second = open(statistics, NEVER);
                clock.advance(Duration.ofMillis(1));
                read(second, "a:1", 2);
                assertThat(second.writeKeyStatistics()).isTrue();

                Repository<KeyStatistics> found = second.keyStatistics();
                assertThat(found.all().allowScan().list())
                        .as(place)
                        .containsExactlyInAnyOrder(
                                new KeyStatistics("items", "a%3A1", 4, 2, clock.instant()),
                                new KeyStatistics("items", "b", 0, 1, last),
                                new KeyStatistics("all", "", 0, 1, last));
                found.delete("items", "b");
                read(second, "b", 1);
                second.close();
                assertThat(statistics.repository(KeyStatistics.TYPE).find("items", "b"))
                        .contains(new KeyStatistics("items", "b", 0, 1, clock.instant()));
            }
        }
    }

    @Test
    void closingAgainCallsNoStorage() {
        AtomicInteger calls = new AtomicInteger();
        CachedStorage storage = open(
                Interposed.storage(kept, call -> {
                    calls.incrementAndGet();
                    throw down();
                }),
                NEVER);
        read(storage, "a", 1);
        storage.close();
        int before = calls.get();
        storage.close();
        assertThat(calls.get()).isEqualTo(before);
    }

    @Test
    void countsAreWrittenInTheBackground() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        store.afterCommit = writes -> written.countDown();
        CachedStorage storage = open(kept, Duration.ofMillis(1));
        read(storage, "a", 1);
        written.await();
        assertThat(storage.keyStatistics().find("items", "a")).contains(new KeyStatistics("items", "a", 0, 1, START));
    }

    @Test
    void readersAreNotCountedTwiceAndNotForgotten() throws Exception {
        insert("a");
        CachedStorage one = open(kept, Duration.ofMillis(1));
        CachedStorage two = open(kept, Duration.ofMillis(1));
        ExecutorService readers = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> work = new ArrayList<>();
            for (CachedStorage each : List.of(one, one, two, two)) {
                work.add(readers.submit(() -> read(each, "a", 500)));
            }
            for (Future<?> each : work) {
                each.get();
            }
        } finally {
            readers.shutdownNow();
        }
        one.close();
        two.close();
        KeyStatistics found =
                kept.repository(KeyStatistics.TYPE).find("items", "a").orElseThrow();
        long lost = one.statistics().uncounted() + two.statistics().uncounted();
        assertThat(found.hits() + found.misses() + lost).isEqualTo(2_000);
        assertThat(lost).isZero();
    }

    @Test
    void aStoreThatIsDownFailsNobodyAndGetsTheCountsLater() {
        insert("a");
        CachedStorage storage = open(kept, NEVER);
        store.beforeRead = () -> {
            throw down();
        };
        read(storage, "a", 3);
        assertThat(storage.writeKeyStatistics()).isFalse();
        read(storage, "a", 1);
        store.beforeRead = () -> {};
        assertThat(storage.writeKeyStatistics()).isTrue();
        assertThat(storage.keyStatistics().find("items", "a")).contains(new KeyStatistics("items", "a", 3, 1, START));

        store.beforeRead = () -> {
            throw down();
        };
        read(storage, "a", 1);
        storage.close();
        assertThat(storage.statistics().reads()).isEqualTo(5);
    }

    @Test
    void whatMayHaveBeenWrittenIsNotWrittenAgain() {
        CachedStorage storage = open(kept, NEVER);
        store.afterCommit = writes -> {
            throw new UnknownOutcomeException("The answer got lost", ErrorContext.of("test"), null);
        };
        read(storage, "a", 2);
        storage.writeKeyStatistics();
        store.afterCommit = writes -> {};
        storage.writeKeyStatistics();
        assertThat(storage.keyStatistics().find("items", "a").orElseThrow().misses())
                .isEqualTo(2);
        assertThat(storage.statistics().uncounted()).isEqualTo(2);
    }

    @Test
    void keysBeyondTheBoundAreNotToldOf() {
        CachedStorage storage = open(kept, NEVER);
        for (int i = 0; i < 10_050; i++) {
            storage.repository(ITEMS).find("id" + i);
        }
        read(storage, "id0", 1);
        assertThat(storage.statistics().uncounted()).isEqualTo(50);
        assertThat(storage.writeKeyStatistics()).isTrue();
        assertThat(storage.keyStatistics().all().allowScan().count()).isEqualTo(10_000);
        assertThat(storage.keyStatistics().find("items", "id0").orElseThrow().misses())
                .isEqualTo(2);
    }

    @Test
    void aKeyThatTheStorageCannotHoldCostsNoOther() {
        CachedStorage storage = open(kept, NEVER);
        String longest = "x".repeat(store.maxKeyBytes() - "items:".length());
        read(storage, "a", 1);
        read(storage, longest, 1);
        read(storage, "b", 1);
        assertThat(storage.writeKeyStatistics()).isTrue();
        assertThat(storage.keyStatistics().all().allowScan().list())
                .extracting(KeyStatistics::key)
                .contains("a", "b");
    }

    @Test
    void aStorageThatDoesNotKnowTheTypeIsRefused() {
        assertThatThrownBy(() -> CachedStorage.over(source, new MemoryStore()).keyStatistics(source, NEVER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("KeyStatistics.TYPE");
        CachedStorage without = CachedStorage.over(source, new MemoryStore())
                .cache(ITEMS, CachePolicy.lasting(NEVER))
                .open();
        opened.add(without);
        assertThatThrownBy(without::keyStatistics)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("keyStatistics");
    }
}
