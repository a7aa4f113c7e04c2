package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.testkit.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers do to each other: many at once, interrupted ones, and loaders that misbehave. */
@Timeout(60)
class CacheCallersTest {

    record Item(String id, String text) {}

    private static final EntityType<Item> ITEMS =
            EntityType.of(Item.class).named("items").identifiedBy(Item::id).build();
    private static final CachePolicy HOUR = CachePolicy.lasting(Duration.ofHours(1));
    private static final int THREADS = 64;

    private final ManualClock clock = new ManualClock(Instant.parse("2025-11-21T00:00:00Z"));
    private final HookedStore sourceStore = new HookedStore();
    private final HookedStore cacheStore = new HookedStore();
    private final KvStorage source = KvStorage.open(sourceStore, Catalog.of(ITEMS), clock);
    private final Repository<Item> past = source.repository(ITEMS);
    private final List<CachedStorage> opened = new ArrayList<>();
    private final ExecutorService others = Executors.newCachedThreadPool();
    private final Semaphore gate = new Semaphore(0);

    @AfterEach
    void close() {
        gate.release(1_000);
        opened.forEach(CachedStorage::close);
        others.shutdownNow();
    }

    private CachedStorage open(UnaryOperator<CachedStorageBuilder> more) {
        CachedStorage storage = more.apply(CachedStorage.over(source, cacheStore)
                        .cache(ITEMS, HOUR)
                        .clock(clock))
                .open();
        opened.add(storage);
        return storage;
    }

    private Repository<Item> open(CachePolicy policy, Loader<Item> loader) {
        return open(builder -> builder.cache(ITEMS, policy, loader)).repository(ITEMS);
    }

    private void cacheIsDown() {
        cacheStore.fail(() -> new StorageUnavailableException("down", ErrorContext.of("test"), null));
    }

    /** Returns once the thread waits for something, or has ended. */
    private static Thread started(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        while (!List.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED)
                .contains(thread.getState())) {
            Thread.onSpinWait();
        }
        return thread;
    }

    private static <R> R soon(Future<R> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    void manyCallersAtOnceAreNoFailureOfTheStore() throws Exception {
        CachedStorage storage = open(builder -> builder.timeout(Duration.ofSeconds(30)));
        Repository<Item> items = storage.repository(ITEMS);
        items.insert(new Item("a", "one"));
        items.find("a");
        CountDownLatch asked = new CountDownLatch(THREADS);
        cacheStore.beforeRead = () -> {
            asked.countDown();
            gate.acquireUninterruptibly();
        };
        List<Future<Optional<Item>>> readers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            readers.add(others.submit(() -> items.find("a")));
        }
        asked.await();
        FutureTask<Optional<Item>> oneMore = new FutureTask<>(() -> items.find("a"));
        started(oneMore);
        gate.release(1_000);

        assertThat(soon(oneMore)).isPresent();
        for (Future<Optional<Item>> reader : readers) {
            assertThat(soon(reader)).isPresent();
        }
        assertThat(storage.statistics().cacheFailures()).isZero();
        assertThat(storage.statistics().hits()).isEqualTo(THREADS + 1);
    }

    @Test
    void aCallThatWaitsForAThreadBeyondTheTimeoutIsNotMadeLater() throws Exception {
        CachedStorage storage = open(builder -> builder.timeout(Duration.ofMillis(200)));
        Repository<Item> items = storage.repository(ITEMS);
        items.insert(new Item("a", "one"));
        AtomicInteger calls = new AtomicInteger();
        cacheStore.beforeRead = () -> {
            calls.incrementAndGet();
            gate.acquireUninterruptibly();
        };
        List<Future<Optional<Item>>> readers = new ArrayList<>();
        for (int i = 0; i < 3 * THREADS; i++) {
            readers.add(others.submit(() -> items.find("a")));
        }
        for (Future<Optional<Item>> reader : readers) {
            assertThat(soon(reader)).isPresent();
        }
        gate.release(1_000);
        clock.advance(Duration.ofSeconds(2));
        assertThat(items.find("a")).isPresent();
        assertThat(calls).as("two more are the last reader's").hasValueLessThanOrEqualTo(THREADS + 2);
    }

    /** Readers of other records that wait for the source on all threads of the cache. */
    private void occupyTheReadingThreads(Repository<Item> items) throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(THREADS);
        sourceStore.beforeRead = () -> {
            if (Thread.currentThread().getName().startsWith("storeway-cache-read-")) {
                asked.countDown();
                gate.acquireUninterruptibly();
            }
        };
        for (int i = 0; i < THREADS; i++) {
            String id = "other" + i;
            var unused = others.submit(() -> items.find(id));
        }
        asked.await();
    }

    @Test
    void aReaderWhoHasAStaleAnswerNeverWaitsForTheSource() throws Exception {
        Repository<Item> items = open(builder -> builder.cache(ITEMS, HOUR.staleWhileRevalidate(Duration.ofHours(1))))
                .repository(ITEMS);
        items.insert(new Item("a", "one"));
        items.find("a");
        clock.advance(Duration.ofHours(1));
        occupyTheReadingThreads(items);
        int reads = sourceStore.reads.get();

        assertThat(items.find("a")).contains(new Item("a", "one"));
        assertThat(sourceStore.reads).hasValue(reads);
    }

    @Test
    void anInterruptedReaderIsNotGivenAStaleAnswerWhileTheSourceCanBeAsked() {
        Repository<Item> items = open(builder -> builder.cache(ITEMS, HOUR.staleIfError(Duration.ofHours(1))))
                .repository(ITEMS);
        items.insert(new Item("a", "one"));
        items.find("a");
        clock.advance(Duration.ofHours(1));
        past.update(new Item("a", "two"));
        sourceStore.beforeRead = gate::acquireUninterruptibly;

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> items.find("a")).isInstanceOf(StorageTimeoutException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anInterruptedReaderDoesNotEndALoadThatOthersWaitForThoughTheCacheIsDown() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch loaded = new CountDownLatch(1);
        Repository<Item> items = open(HOUR, key -> {
            loading.countDown();
            try {
                loaded.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("The load was interrupted", e);
            }
            return List.of(new Item("a", "loaded"));
        });
        cacheIsDown();
        anInterruptedReaderWorksForAnother(items, loading, loaded, "loaded");
    }

    private static void awaitOrFail(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageTimeoutException("interrupted", ErrorContext.of("test"), e);
        }
    }

    /** While none of the cache's threads does it one reader works for another one, and is interrupted. */
    private void anInterruptedReaderWorksForAnother(
            Repository<Item> items, CountDownLatch begun, CountDownLatch go, String found) throws Exception {
        Future<Optional<Item>> first = others.submit(() -> items.find("a"));
        begun.await();
        FutureTask<Optional<Item>> second = new FutureTask<>(() -> items.find("a"));
        started(second);
        first.cancel(true);
        go.countDown();
        assertThat(soon(second)).contains(new Item("a", found));
    }

    @Test
    void anInterruptedReaderWhoAsksTheSourceForOthersLeavesThatToThem() throws Exception {
        Repository<Item> items = open(builder -> builder).repository(ITEMS);
        past.insert(new Item("a", "one"));
        occupyTheReadingThreads(items);
        Runnable busy = sourceStore.beforeRead;
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        sourceStore.beforeRead = () -> {
            busy.run();
            begun.countDown();
            awaitOrFail(go);
        };
        anInterruptedReaderWorksForAnother(items, begun, go, "one");
    }

    @Test
    void anInterruptedReaderWhoCallsTheLoaderForOthersLeavesThatToThem() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Repository<Item> items = open(HOUR, key -> {
            begun.countDown();
            awaitOrFail(go);
            return List.of(new Item("a", "one"));
        });
        occupyTheReadingThreads(items);
        cacheIsDown();
        anInterruptedReaderWorksForAnother(items, begun, go, "one");
    }

    @Test
    void aLoaderThatIsInterruptedByItsOwnMeansFailsForAllWhoWait() throws Exception {
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Repository<Item> items = open(HOUR, key -> {
            loads.incrementAndGet();
            begun.countDown();
            awaitOrFail(go);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("It took too long");
        });
        Future<Optional<Item>> first = others.submit(() -> items.find("a"));
        begun.await();
        FutureTask<Optional<Item>> second = new FutureTask<>(() -> items.find("a"));
        started(second);
        go.countDown();

        for (Future<Optional<Item>> reader : List.of(first, second)) {
            assertThatThrownBy(() -> soon(reader)).hasRootCauseMessage("It took too long");
        }
        assertThat(loads).hasValue(1);
    }

    @Test
    void theStoreIsUsedAgainAfterASecondThoughTheClockIsSetBack() {
        CachedStorage storage = open(builder -> builder);
        Repository<Item> items = storage.repository(ITEMS);
        items.insert(new Item("a", "one"));
        items.find("a");
        cacheIsDown();
        for (int i = 0; i < 10; i++) {
            items.find("a");
        }
        cacheStore.recover();
        clock.advance(Duration.ofMinutes(-10));
        items.find("a");
        clock.advance(Duration.ofSeconds(2));
        long bypasses = storage.statistics(ITEMS).bypasses();
        assertThat(items.find("a")).isPresent();
        assertThat(storage.statistics(ITEMS).bypasses()).isEqualTo(bypasses);
    }

    @Test
    void aReadThatFailsWasAnsweredByNobody() {
        CachedStorage storage = open(builder -> builder);
        cacheIsDown();
        sourceStore.fail(() -> new StorageUnavailableException("down", ErrorContext.of("test"), null));
        assertThatThrownBy(() -> storage.repository(ITEMS).find("a")).isInstanceOf(StorageUnavailableException.class);
        assertThat(storage.statistics().reads()).isZero();
    }

    @Test
    void aLoadIsNotRepeatedByAReaderWhoAskedTheSourceBefore() {
        AtomicInteger loads = new AtomicInteger();
        Repository<Item> items = open(HOUR, key -> {
            loads.incrementAndGet();
            return List.of(new Item("a", "loaded"));
        });
        cacheIsDown();
        sourceStore.afterRead = () -> {
            sourceStore.afterRead = () -> {};
            assertThat(items.find("a")).contains(new Item("a", "loaded"));
        };
        assertThat(items.find("a")).contains(new Item("a", "loaded"));
        assertThat(loads).hasValue(1);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> RuntimeException thrown(Exception e) throws E {
        throw (E) e;
    }

    @Test
    void anExceptionThatTheLoaderDoesNotDeclareReachesTheReaders() {
        Repository<Item> items = open(HOUR, key -> {
            throw CacheCallersTest.<RuntimeException>thrown(new IOException("The service is down"));
        });
        for (boolean down : List.of(false, true)) {
            if (down) {
                cacheIsDown();
            }
            for (int read = 0; read < 2; read++) {
                assertThatThrownBy(() -> soon(others.submit(() -> items.find("a"))))
                        .hasRootCauseInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aLoaderThatReadsWhatItIsToLoadIsRefused() {
        AtomicBoolean reads = new AtomicBoolean(true);
        List<Repository<Item>> self = new ArrayList<>();
        Repository<Item> items = open(HOUR, key -> {
            if (reads.get()) {
                self.get(0).find("a");
            }
            return List.of(new Item("a", "loaded"));
        });
        self.add(items);
        for (boolean down : List.of(false, true)) {
            if (down) {
                cacheIsDown();
            }
            assertThatThrownBy(() -> soon(others.submit(() -> items.find("a"))))
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("items");
        }
        reads.set(false);
        assertThat(items.find("a")).contains(new Item("a", "loaded"));
    }
}
