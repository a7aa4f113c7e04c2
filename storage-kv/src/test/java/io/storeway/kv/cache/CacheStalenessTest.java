package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Repository;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.kv.Constraints;
import io.storeway.kv.KvStorage;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.ManualClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What could make a reader see something old for longer than {@link CachedStorage} promises. */
@Timeout(60)
class CacheStalenessTest {

    record Book(String id, String text) {}

    record Chapter(String id, String book) {}

    private static final EntityType<Book> BOOKS = EntityType.of(Book.class)
            .named("books")
            .identifiedBy(Book::id)
            .keyValue("book:{id}", Blob.object())
            .build();
    private static final EntityType<Chapter> CHAPTERS = EntityType.of(Chapter.class)
            .named("chapters")
            .identifiedBy(Chapter::id)
            .references(Chapter::book, BOOKS, OnDelete.CASCADE)
            .build();
    private static final CachePolicy HOUR = CachePolicy.lasting(Duration.ofHours(1));
    private static final Duration NEAR = Duration.ofSeconds(5);

    private final ManualClock clock = new ManualClock(Instant.parse("2025-11-21T00:00:00Z"));
    private final HookedStore sourceStore = new HookedStore();
    private final KvStorage source =
            KvStorage.open(sourceStore, Catalog.of(BOOKS, CHAPTERS), clock, Constraints.ENFORCED);
    private final HookedStore cacheStore = new HookedStore();
    private final HookedStore otherWay = new HookedStore(cacheStore.store);
    private final List<CachedStorage> opened = new ArrayList<>();
    private final CachedStorage here = open(cacheStore, builder -> builder);
    private final CachedStorage there = open(otherWay, builder -> builder);
    private final Repository<Book> books = here.repository(BOOKS);
    private final Repository<Book> booksThere = there.repository(BOOKS);
    private final Repository<Book> past = source.repository(BOOKS);

    private CachedStorage open(HookedStore store, UnaryOperator<CachedStorageBuilder> more) {
        CachedStorage storage = more.apply(CachedStorage.over(source, store)
                        .cache(BOOKS, HOUR)
                        .cache(CHAPTERS, HOUR)
                        .clock(clock))
                .open();
        opened.add(storage);
        return storage;
    }

    @AfterEach
    void close() {
        opened.forEach(CachedStorage::close);
    }

    private static StorageUnavailableException down() {
        return new StorageUnavailableException("The server is down", ErrorContext.of("test"), null);
    }

    private static UnknownOutcomeException unknown() {
        return new UnknownOutcomeException("The answer got lost", ErrorContext.of("test"), null);
    }

    private static Book book(String text) {
        return new Book("a", text);
    }

    private static <T> Consumer<T> once(Runnable clear, Runnable work) {
        return ignored -> {
            clear.run();
            work.run();
        };
    }

    private void cached() {
        books.insert(book("old"));
        for (int i = 0; i < 10; i++) {
            assertThat(books.find("a")).contains(book("old"));
        }
    }

    /** The store's calls work again, and it is not left alone any more. */
    private void cacheComesBack() {
        cacheStore.recover();
        clock.advance(Duration.ofSeconds(2));
    }

    @Test
    void aWriteOfUnknownOutcomeWhileTheCacheIsDownIsSeen() {
        cached();
        cacheStore.fail(CacheStalenessTest::down);
        sourceStore.afterCommit = once(() -> sourceStore.afterCommit = more -> {}, () -> {
            throw unknown();
        });
        assertThatThrownBy(() -> books.update(book("new"))).isInstanceOf(UnknownOutcomeException.class);
        cacheComesBack();

        assertThat(books.find("a")).contains(book("new"));
        assertThat(booksThere.find("a"))
                .as("another instance, once the store was told")
                .contains(book("new"));
    }

    @Test
    void aWriteThatTakesEffectAfterItsOutcomeWasGivenUpIsSeen() {
        cached();
        cacheStore.fail(CacheStalenessTest::down);
        sourceStore.beforeCommit = once(sourceStore::recover, () -> {
            throw unknown();
        });
        assertThatThrownBy(() -> books.update(book("late"))).isInstanceOf(UnknownOutcomeException.class);
        cacheComesBack();
        assertThat(books.find("a")).contains(book("old"));
        past.update(book("late"));

        assertThat(books.find("a")).contains(book("late"));
        assertThat(booksThere.find("a")).contains(book("late"));
    }

    @Test
    void aWriterThatDiesIsNotForgottenByOneThatWroteMeanwhile() {
        cached();
        sourceStore.beforeCommit = once(sourceStore::recover, () -> {
            CompletableFuture.runAsync(() -> booksThere.update(book("other"))).join();
            assertThat(booksThere.find("a")).contains(book("other"));
        });
        sourceStore.afterCommit = writes -> {
            if (past.find("a").orElseThrow().text().equals("last")) {
                cacheStore.fail(CacheStalenessTest::down);
            }
        };
        books.update(book("last"));

        assertThat(booksThere.find("a")).contains(book("last"));
        clock.advance(Duration.ofSeconds(30));
        assertThat(booksThere.find("a")).contains(book("last"));
    }

    @Test
    void aMarkThatOthersKeepFromStandingIsPutByForce() {
        cached();
        cacheStore.beforeCommit = writes -> {
            if (writes.get(0).value() != null) {
                cacheStore.store.commit(
                        List.of(), List.of(Write.put(writes.get(0).key(), new byte[1])));
            }
        };
        sourceStore.afterCommit = writes -> cacheStore.fail(CacheStalenessTest::down);
        books.update(book("new"));
        int reads = sourceStore.reads.get();

        assertThat(booksThere.find("a")).contains(book("new"));
        assertThat(booksThere.find("a")).contains(book("new"));
        assertThat(sourceStore.reads.get()).as("read past the mark").isEqualTo(reads + 2);
    }

    @Test
    void theStoreIsToldOfAWriteWhenItComesBackThoughNobodyAsks() throws Exception {
        cached();
        cacheStore.fail(CacheStalenessTest::down);
        books.update(book("new"));
        assertThat(booksThere.find("a")).as("nobody could tell").contains(book("old"));
        CountDownLatch told = new CountDownLatch(1);
        cacheStore.afterCommit = writes -> told.countDown();
        cacheComesBack();

        assertThat(told.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(booksThere.find("a")).contains(book("new"));
    }

    @Test
    void theStoreIsToldOfAWriteWhenTheStorageIsClosed() {
        cached();
        cacheStore.fail(CacheStalenessTest::down);
        books.update(book("new"));
        cacheComesBack();
        here.close();
        assertThat(booksThere.find("a")).contains(book("new"));
    }

    @Test
    void aWriteThatCannotBeToldWhileAnEarlierOneIsToldStaysSuspect() {
        cached();
        cacheStore.fail(CacheStalenessTest::down);
        books.update(book("new"));
        cacheComesBack();
        cacheStore.afterCommit = once(() -> cacheStore.afterCommit = more -> {}, () -> {
            assertThat(booksThere.find("a")).contains(book("new"));
            cacheStore.fail(CacheStalenessTest::down);
            books.update(book("newer"));
            cacheComesBack();
        });
        books.find("a");

        assertThat(books.find("a")).contains(book("newer"));
    }

    @Test
    void aStoreWithAMistakeFailsNoWriteAndHidesNone() {
        cached();
        cacheStore.fail(() -> new IllegalStateException("a mistake"));
        books.update(book("new"));
        cacheComesBack();
        assertThat(books.find("a")).contains(book("new"));
    }

    @Test
    void ofSeveralPartitionsTheOneThatCouldNotBeInvalidatedIsSuspect() {
        books.insertAll(List.of(new Book("a", "old"), new Book("b", "old"), new Book("c", "old")));
        List.of("a", "b", "c").forEach(books::find);
        cacheStore.beforeCommit = writes -> {
            if (writes.stream().anyMatch(write -> write.key().endsWith(":b"))) {
                throw down();
            }
        };
        here.transact(unit -> {
            unit.repository(BOOKS).saveAll(List.of(new Book("a", "new"), new Book("b", "new"), new Book("c", "new")));
            return true;
        });
        cacheComesBack();
        for (String id : List.of("a", "b", "c")) {
            assertThat(books.find(id)).contains(new Book(id, "new"));
        }
    }

    @Test
    void recordsThatWentWithAnotherAreGoneThoughTheirMarkWasLost() {
        Repository<Chapter> chapters = there.repository(CHAPTERS);
        books.insert(book("old"));
        here.repository(CHAPTERS).insert(new Chapter("1", "a"));
        assertThat(chapters.find("1")).isPresent();
        cacheStore.fail(CacheStalenessTest::down);
        sourceStore.beforeCommit = once(sourceStore::recover, this::cacheComesBack);
        books.delete("a");
        assertThat(chapters.find("1")).isEmpty();
    }

    @Test
    void recordsThatWentWithAnotherStayAwayThoughTheStoreLosesItsGeneration() {
        Repository<Chapter> chapters = here.repository(CHAPTERS);
        books.insert(book("old"));
        chapters.insert(new Chapter("1", "a"));
        assertThat(chapters.find("1")).isPresent();
        books.delete("a");
        cacheStore.store.commit(List.of(), List.of(Write.delete(EntryKeys.GENERATION + "chapters")));
        assertThat(chapters.find("1")).isEmpty();
    }

    @Test
    void aTimeToLiveCountsFromWhenTheSourceWasAsked() {
        past.insert(book("old"));
        sourceStore.afterRead = () -> {
            sourceStore.afterRead = () -> {};
            past.update(book("new"));
            clock.advance(Duration.ofMinutes(20));
        };
        assertThat(books.find("a")).contains(book("old"));
        clock.advance(Duration.ofMinutes(39));
        assertThat(books.find("a")).contains(book("old"));
        clock.advance(Duration.ofMinutes(1));
        assertThat(books.find("a")).contains(book("new"));
    }

    @Test
    void aNearTimeToLiveCountsFromWhenTheStoreWasAsked() {
        HookedStore way = new HookedStore(cacheStore.store);
        Repository<Book> near = open(way, builder -> builder.near(10, NEAR)).repository(BOOKS);
        cached();
        way.afterRead = () -> {
            way.afterRead = () -> {};
            books.update(book("new"));
            clock.advance(Duration.ofSeconds(3));
        };
        assertThat(near.find("a")).contains(book("old"));
        clock.advance(Duration.ofSeconds(2));
        assertThat(near.find("a")).contains(book("new"));
    }

    @Test
    void anEntryOfAClockThatWasSetBackIsNotKeptForThatMuchLonger() {
        clock.advance(Duration.ofDays(1));
        cached();
        clock.advance(Duration.ofDays(-1));
        past.update(book("new"));
        assertThat(books.find("a")).contains(book("new"));
    }

    @Test
    void anEntryInTheProcessOfAClockThatWasSetBackIsNotKeptForThatMuchLonger() {
        Repository<Book> near =
                open(otherWay, builder -> builder.near(10, NEAR)).repository(BOOKS);
        cached();
        near.find("a");
        clock.advance(Duration.ofMinutes(-10));
        books.update(book("new"));
        assertThat(near.find("a")).contains(book("new"));
    }

    @Test
    void aReaderDoesNotShareAnAnswerThatIsOlderThanTheDeletionOfWhatTheRecordWentWith() throws Exception {
        Repository<Chapter> chapters = here.repository(CHAPTERS);
        books.insert(book("old"));
        chapters.insert(new Chapter("1", "a"));
        chapters.find("no such chapter");
        CountDownLatch asked = new CountDownLatch(1);
        Semaphore gate = new Semaphore(0);
        sourceStore.afterRead = () -> {
            sourceStore.afterRead = () -> {};
            asked.countDown();
            gate.acquireUninterruptibly();
        };
        CompletableFuture<Optional<Chapter>> slow = CompletableFuture.supplyAsync(() -> chapters.find("1"));
        asked.await();
        books.delete("a");
        try {
            assertThat(CompletableFuture.supplyAsync(() -> chapters.find("1")).get(20, TimeUnit.SECONDS))
                    .isEmpty();
        } finally {
            gate.release();
        }
        slow.get();
        assertThat(chapters.find("1")).isEmpty();
    }

    @Test
    void aWriteOfAnInterruptedThreadIsToldToTheStore() {
        cached();
        CachedStorage limited = open(cacheStore, builder -> builder.timeout(Duration.ofSeconds(30)));
        Thread.currentThread().interrupt();
        limited.repository(BOOKS).update(book("new"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(booksThere.find("a")).contains(book("new"));
        assertThat(limited.statistics().cacheFailures()).isZero();
    }

    /** Brings each message to the others at once. */
    private static final class Channels {

        private final List<InvalidationChannel.Listener> listeners = new ArrayList<>();

        InvalidationChannel one() {
            return new InvalidationChannel() {
                private Listener own = new NearCache(1, NEAR, Clock.systemUTC(), new Counters());

                @Override
                public void publish(String entry) {
                    listeners.stream().filter(each -> !each.equals(own)).forEach(each -> each.changed(entry));
                }

                @Override
                public void subscribe(Listener listener) {
                    own = listener;
                    listeners.add(listener);
                }

                @Override
                public void close() {
                    listeners.remove(own);
                }
            };
        }
    }

    @Test
    void theOthersHearOfAWriteAgainWhenTheStoreHasBeenToldOfIt() {
        Channels channels = new Channels();
        Duration hour = Duration.ofHours(1);
        Repository<Book> writer = open(
                        cacheStore, builder -> builder.near(10, hour).channel(channels.one()))
                .repository(BOOKS);
        Repository<Book> reader = open(
                        otherWay, builder -> builder.near(10, hour).channel(channels.one()))
                .repository(BOOKS);
        cached();
        cacheStore.fail(CacheStalenessTest::down);
        writer.update(book("new"));
        assertThat(reader.find("a")).as("nobody could tell the store").contains(book("old"));
        cacheComesBack();
        assertThat(writer.find("a")).contains(book("new"));

        assertThat(reader.find("a")).contains(book("new"));
    }
}
