package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.kv.KvStorage;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CachedStorageTest {

    record Item(String id, String text) {}

    static final EntityType<Item> ITEMS = EntityType.of(Item.class)
            .named("items")
            .identifiedBy(Item::id)
            .keyValue("item:{id}", Blob.object())
            .build();

    static final CachePolicy HOUR = CachePolicy.lasting(Duration.ofHours(1));

    private final ManualClock clock = new ManualClock(Instant.parse("2025-11-21T00:00:00Z"));
    private final HookedStore sourceStore = new HookedStore();
    private final HookedStore cacheStore = new HookedStore();
    private final KvStorage source = KvStorage.open(sourceStore, Catalog.of(ITEMS), clock);
    private final List<CachedStorage> opened = new ArrayList<>();
    private final ExecutorService others = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        opened.forEach(CachedStorage::close);
        others.shutdownNow();
    }

    private CachedStorage open(CachedStorageBuilder builder) {
        CachedStorage storage = builder.clock(clock).open();
        opened.add(storage);
        return storage;
    }

    private CachedStorage open(CachePolicy policy) {
        return open(CachedStorage.over(source, cacheStore).cache(ITEMS, policy));
    }

    private static StorageUnavailableException down() {
        return new StorageUnavailableException("The server is down", ErrorContext.of("test"), null);
    }

    private int sourceReads() {
        return sourceStore.reads.get();
    }

    @Test
    void secondReadDoesNotAskTheSource() {
        CachedStorage storage = open(HOUR);
        Repository<Item> items = storage.repository(ITEMS);
        items.insert(new Item("a", "one"));
        assertThat(items.find("a")).contains(new Item("a", "one"));
        int reads = sourceReads();

        assertThat(items.find("a")).contains(new Item("a", "one"));
        assertThat(items.partition("a").list()).containsExactly(new Item("a", "one"));
        assertThat(sourceReads()).isEqualTo(reads);
        assertThat(storage.statistics(ITEMS).hits()).isEqualTo(2);
        assertThat(storage.statistics(ITEMS).misses()).isEqualTo(1);
        assertThat(storage.statistics().hitRate()).isEqualTo(2 / 3d);
    }

    @Test
    void writesPastTheCacheAreSeenWhenTheTimeToLiveEndsAndNotBefore() {
        Repository<Item> items = open(HOUR).repository(ITEMS);
        items.insert(new Item("a", "one"));
        items.find("a");
        source.repository(ITEMS).update(new Item("a", "two"));

        clock.advance(Duration.ofHours(1).minusMillis(1));
        assertThat(items.find("a")).contains(new Item("a", "one"));
        clock.advance(Duration.ofMillis(1));
        assertThat(items.find("a")).contains(new Item("a", "two"));
    }

    @Test
    void jitterOnlyShortensTheTimeToLive() {
        Repository<Item> items = open(HOUR.jitter(0.5)).repository(ITEMS);
        for (int i = 0; i < 50; i++) {
            items.insert(new Item("a" + i, "one"));
            items.find("a" + i);
        }
        int reads = sourceReads();
        clock.advance(Duration.ofMinutes(30).minusMillis(1));
        for (int i = 0; i < 50; i++) {
            items.find("a" + i);
        }
        assertThat(sourceReads()).isEqualTo(reads);
        clock.advance(Duration.ofMinutes(15));
        for (int i = 0; i < 50; i++) {
            items.find("a" + i);
        }
        assertThat(sourceReads() - reads).isBetween(5, 45);
    }

    @Test
    void staleRowsAreServedWhileOneReaderAsksTheSource() throws Exception {
        CachedStorage storage = open(HOUR.staleWhileRevalidate(Duration.ofMinutes(10)));
        Repository<Item> items = storage.repository(ITEMS);
        items.insert(new Item("a", "one"));
        items.find("a");
        source.repository(ITEMS).update(new Item("a", "two"));
        clock.advance(Duration.ofHours(1));
        CountDownLatch refreshed = new CountDownLatch(1);
        cacheStore.afterCommit = writes -> refreshed.countDown();

        assertThat(items.find("a")).contains(new Item("a", "one"));
        refreshed.await();
        assertThat(items.find("a")).contains(new Item("a", "two"));
        assertThat(storage.statistics().staleHits()).isEqualTo(1);

        clock.advance(Duration.ofMinutes(70));
        source.repository(ITEMS).update(new Item("a", "three"));
        assertThat(items.find("a")).contains(new Item("a", "three"));
    }

    @Test
    void staleRowsAreServedWhenTheSourceIsDownAndOnlyForSoLong() {
        Repository<Item> items = open(HOUR.staleIfError(Duration.ofMinutes(10))).repository(ITEMS);
        items.insert(new Item("a", "one"));
        items.find("a");
        sourceStore.beforeRead = () -> {
            throw down();
        };
        clock.advance(Duration.ofHours(1).plusMinutes(10).minusMillis(1));
        assertThat(items.find("a")).contains(new Item("a", "one"));
        clock.advance(Duration.ofMillis(1));
        assertThatThrownBy(() -> items.find("a")).isInstanceOf(StorageUnavailableException.class);
    }

    @Test
    void absenceIsRememberedOnlyIfThePolicySaysSo() {
        Repository<Item> forgetting = open(HOUR).repository(ITEMS);
        forgetting.find("a");
        int reads = sourceReads();
        forgetting.find("a");
        assertThat(sourceReads()).isGreaterThan(reads);

        Repository<Item> remembering =
                open(HOUR.rememberAbsent(Duration.ofMinutes(1))).repository(ITEMS);
        remembering.find("b");
        reads = sourceReads();
        assertThat(remembering.find("b")).isEmpty();
        assertThat(sourceReads()).isEqualTo(reads);
        remembering.insert(new Item("b", "now"));
        assertThat(remembering.find("b")).contains(new Item("b", "now"));
    }

    @Test
    void entriesThatCannotBeReadCountAsAbsentAndAreReplaced() {
        CachedStorage storage = open(HOUR);
        Repository<Item> items = storage.repository(ITEMS);
        items.insert(new Item("a", "one"));
        items.find("a");
        Entry entry = cacheStore.store.list("cache:items:", null, 10).entries().get(0);
        byte[] cut = Arrays.copyOf(entry.value(), entry.value().length - 3);
        for (byte[] garbage : List.of(new byte[0], "garbage".getBytes(StandardCharsets.UTF_8), new byte[200], cut)) {
            cacheStore.store.commit(List.of(), List.of(Write.put(entry.key(), garbage)));
            assertThat(items.find("a")).contains(new Item("a", "one"));
            int reads = sourceReads();
            assertThat(items.find("a")).contains(new Item("a", "one"));
            assertThat(sourceReads()).isEqualTo(reads);
        }
        assertThat(storage.statistics().poisoned()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void aReadThatRacedWithAWriteKeepsNothing() throws Exception {
        Repository<Item> items = open(HOUR).repository(ITEMS);
        Repository<Item> elsewhere = open(HOUR).repository(ITEMS);
        for (Repository<Item> writer : List.of(items, elsewhere)) {
            String id = "id" + opened.indexOf(opened.get(0)) + System.identityHashCode(writer);
            source.repository(ITEMS).insert(new Item(id, "old"));
            CountDownLatch hasRead = new CountDownLatch(1);
            Semaphore mayReturn = new Semaphore(0);
            sourceStore.afterRead = () -> {
                sourceStore.afterRead = () -> {};
                hasRead.countDown();
                mayReturn.acquireUninterruptibly();
            };
            Future<Optional<Item>> slow = others.submit(() -> items.find(id));
            hasRead.await();
            writer.update(new Item(id, "new"));

            assertThat(items.find(id)).as("a reader that came after the write").contains(new Item(id, "new"));
            mayReturn.release();
            assertThat(slow.get()).contains(new Item(id, "old"));
            assertThat(items.find(id)).as("after the slow reader is done").contains(new Item(id, "new"));
        }
    }

    @Test
    void readersGoPastTheCacheWhileAWriteGoesOn() {
        CachedStorage storage = open(HOUR);
        Repository<Item> items = storage.repository(ITEMS);
        items.insert(new Item("a", "one"));
        items.find("a");
        List<Optional<Item>> during = new ArrayList<>();
        sourceStore.afterCommit = writes -> {
            sourceStore.afterCommit = more -> {};
            during.add(items.find("a"));
        };
        items.update(new Item("a", "two"));

        assertThat(during).containsExactly(Optional.of(new Item("a", "two")));
        assertThat(items.find("a")).contains(new Item("a", "two"));
        assertThat(storage.statistics(ITEMS).bypasses()).isEqualTo(1);
    }

    @Test
    void aWriterThatDiesLeavesAMarkAndNobodyReadsOldRows() {
        Repository<Item> items = open(HOUR).repository(ITEMS);
        items.insert(new Item("a", "one"));
        items.find("a");
        sourceStore.afterCommit = writes -> {
            sourceStore.afterCommit = more -> {};
            throw new UnknownOutcomeException("The answer got lost", ErrorContext.of("test"), null);
        };
        assertThatThrownBy(() -> items.update(new Item("a", "two"))).isInstanceOf(UnknownOutcomeException.class);

        assertThat(items.find("a")).contains(new Item("a", "two"));
        source.repository(ITEMS).update(new Item("a", "three"));
        assertThat(items.find("a")).as("nothing was kept under the mark").contains(new Item("a", "three"));
        clock.advance(Duration.ofSeconds(30));
        items.find("a");
        int reads = sourceReads();
        assertThat(items.find("a")).contains(new Item("a", "three"));
        assertThat(sourceReads()).as("kept again once the mark has ended").isEqualTo(reads);
    }

    @Test
    void aCacheThatIsDownFailsNeitherReadsNorWritesAndServesNothingOldAfterwards() {
        CachedStorage storage = open(HOUR);
        Repository<Item> items = storage.repository(ITEMS);
        items.insert(new Item("a", "one"));
        items.find("a");
        Runnable failing = () -> {
            throw down();
        };
        cacheStore.beforeRead = failing;
        cacheStore.beforeCommit = writes -> failing.run();

        items.update(new Item("a", "two"));
        for (int i = 0; i < 20; i++) {
            assertThat(items.find("a")).contains(new Item("a", "two"));
        }
        assertThat(storage.statistics().cacheFailures())
                .as("then it is left alone")
                .isBetween(5L, 10L);

        cacheStore.beforeRead = () -> {};
        cacheStore.beforeCommit = writes -> {};
        clock.advance(Duration.ofSeconds(2));
        assertThat(items.find("a")).contains(new Item("a", "two"));
        assertThat(items.find("a")).contains(new Item("a", "two"));
        int reads = sourceReads();
        assertThat(items.find("a")).contains(new Item("a", "two"));
        assertThat(sourceReads()).isEqualTo(reads);
    }

    @Test
    void aCacheThatHangsCostsNoMoreThanTheTimeout() {
        CachedStorage storage =
                open(CachedStorage.over(source, cacheStore).cache(ITEMS, HOUR).timeout(Duration.ofMillis(20)));
        Repository<Item> items = storage.repository(ITEMS);
        items.insert(new Item("a", "one"));
        Semaphore never = new Semaphore(0);
        cacheStore.beforeRead = never::acquireUninterruptibly;

        assertThat(items.find("a")).contains(new Item("a", "one"));
        assertThat(storage.statistics().cacheFailures()).isEqualTo(1);
        never.release(1_000);
    }

    @Test
    void aThousandReadersOfAnAbsentPartitionCauseOneLoad() throws Exception {
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch everyone = new CountDownLatch(16);
        Loader<Item> loader = partition -> {
            loads.incrementAndGet();
            awaitQuietly(everyone);
            return List.of(new Item((String) partition.values().get(0), "loaded"));
        };
        CachedStorage storage = open(CachedStorage.over(source, cacheStore).cache(ITEMS, HOUR, loader));
        Repository<Item> items = storage.repository(ITEMS);
        List<Future<Integer>> readers = new ArrayList<>();
        for (int thread = 0; thread < 16; thread++) {
            readers.add(others.submit(() -> {
                everyone.countDown();
                int found = 0;
                for (int i = 0; i < 63; i++) {
                    found += items.find("a").orElseThrow().text().equals("loaded") ? 1 : 0;
                }
                return found;
            }));
        }
        for (Future<Integer> reader : readers) {
            assertThat(reader.get()).isEqualTo(63);
        }
        assertThat(loads).hasValue(1);
        assertThat(source.repository(ITEMS).find("a")).contains(new Item("a", "loaded"));
        assertThat(storage.statistics(ITEMS).reads()).isEqualTo(16 * 63);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aLoadThatFailsIsNotRemembered() {
        AtomicInteger loads = new AtomicInteger();
        Loader<Item> loader = partition -> {
            if (loads.incrementAndGet() == 1) {
                throw down();
            }
            return List.of(new Item("a", "second"));
        };
        CachedStorage storage = open(
                CachedStorage.over(source, cacheStore).cache(ITEMS, HOUR.rememberAbsent(Duration.ofHours(1)), loader));
        Repository<Item> items = storage.repository(ITEMS);

        assertThatThrownBy(() -> items.find("a")).isInstanceOf(StorageUnavailableException.class);
        assertThat(items.find("a")).contains(new Item("a", "second"));
        assertThat(storage.statistics(ITEMS).loadFailures()).isEqualTo(1);
        int reads = sourceReads();
        assertThat(items.find("a")).contains(new Item("a", "second"));
        assertThat(sourceReads()).isEqualTo(reads);
    }

    @Test
    void anInterruptedReaderLeavesTheOthersWaiting() throws Exception {
        source.repository(ITEMS).insert(new Item("a", "one"));
        Repository<Item> items = open(HOUR).repository(ITEMS);
        CountDownLatch asked = new CountDownLatch(1);
        Semaphore mayReturn = new Semaphore(0);
        sourceStore.beforeRead = () -> {
            asked.countDown();
            mayReturn.acquireUninterruptibly();
        };
        Future<Optional<Item>> first = others.submit(() -> items.find("a"));
        asked.await();
        Future<Optional<Item>> second = others.submit(() -> items.find("a"));
        first.cancel(true);
        mayReturn.release(10);

        assertThat(second.get()).contains(new Item("a", "one"));
        assertThat(first).isCancelled();
    }

    @Test
    void aUnitOfWorkInvalidatesWhatItWrote() {
        CachedStorage storage = open(HOUR);
        Repository<Item> items = storage.repository(ITEMS);
        items.insertAll(List.of(new Item("a", "one"), new Item("b", "one"), new Item("c", "one")));
        items.findAll(List.of(Key.of("a"), Key.of("b"), Key.of("c")));

        storage.transact(unit -> {
            Repository<Item> inside = unit.repository(ITEMS);
            inside.update(new Item("a", "two"));
            assertThat(inside.find("a")).contains(new Item("a", "two"));
            return inside.delete("b");
        });
        int reads = sourceReads();
        assertThat(items.find("c")).contains(new Item("c", "one"));
        assertThat(sourceReads()).as("what it didn't write is still there").isEqualTo(reads);
        assertThat(items.findAll(List.of(Key.of("a"), Key.of("b")))).containsExactly(new Item("a", "two"), null);
    }

    @Test
    void nearCachesOfOtherInstancesEndWithTheirTimeToLive() {
        Repository<Item> here = open(CachedStorage.over(source, cacheStore)
                        .cache(ITEMS, HOUR)
                        .near(10, Duration.ofSeconds(5)))
                .repository(ITEMS);
        Repository<Item> there = open(CachedStorage.over(source, cacheStore)
                        .cache(ITEMS, HOUR)
                        .near(10, Duration.ofSeconds(5)))
                .repository(ITEMS);
        here.insert(new Item("a", "one"));
        for (int i = 0; i < 3; i++) {
            here.find("a");
            there.find("a");
        }
        here.update(new Item("a", "two"));

        assertThat(here.find("a")).contains(new Item("a", "two"));
        assertThat(there.find("a")).contains(new Item("a", "one"));
        clock.advance(Duration.ofSeconds(5));
        assertThat(there.find("a")).contains(new Item("a", "two"));
    }

    @Test
    void partitionsWithTooManyRecordsAreReadFromTheSource() {
        EntityType<Item> shelf = EntityType.of(Item.class)
                .named("shelf")
                .partitionedBy(Item::text)
                .identifiedBy(Item::id)
                .keyValue("shelf:{text}", Blob.arrayOfObjects())
                .build();
        KvStorage shelves = KvStorage.open(sourceStore, Catalog.of(shelf), clock);
        CachedStorage storage = open(CachedStorage.over(shelves, cacheStore).cache(shelf, HOUR.maxRecords(2)));
        Repository<Item> items = storage.repository(shelf);
        items.insertAll(List.of(new Item("1", "s"), new Item("2", "s"), new Item("3", "s")));

        for (int i = 0; i < 2; i++) {
            assertThat(items.partition("s").list()).hasSize(3);
            assertThat(items.find("s", "3")).contains(new Item("3", "s"));
        }
        items.delete("s", "3");
        items.partition("s").list();
        int reads = sourceReads();
        assertThat(items.partition("s").list()).hasSize(2);
        assertThat(sourceReads()).isEqualTo(reads);
    }

    @Test
    void sessionsSlideAndRevocationHoldsAtOnce() {
        EntityType<Session> sessions = EntityType.of(Session.class)
                .named("sessions")
                .identifiedBy(Session::token)
                .expiresAt(Session::expiresAt)
                .keyValue("session:{token}", Blob.object())
                .build();
        KvStorage plain = KvStorage.open(sourceStore, Catalog.of(sessions), clock);
        Repository<Session> repository = open(CachedStorage.over(plain, cacheStore)
                        .cache(sessions, HOUR))
                .repository(sessions);
        repository.insert(new Session("t", clock.instant().plusSeconds(60)));
        clock.advance(Duration.ofSeconds(59));
        Session found = repository.find("t").orElseThrow();
        repository.update(new Session(found.token(), clock.instant().plusSeconds(60)));
        clock.advance(Duration.ofSeconds(59));
        assertThat(repository.find("t")).isPresent();
        clock.advance(Duration.ofSeconds(1));
        assertThat(repository.find("t"))
                .as("expired by the clock, whatever the cache holds")
                .isEmpty();

        repository.save(new Session("u", clock.instant().plusSeconds(60)));
        repository.find("u");
        repository.delete("u");
        assertThat(repository.find("u")).isEmpty();
    }

    record Session(String token, Instant expiresAt) {}
}
