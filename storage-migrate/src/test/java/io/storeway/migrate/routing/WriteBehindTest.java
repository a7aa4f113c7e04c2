package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where nobody reads the follower, callers don't wait for it. */
class WriteBehindTest {

    record Author(String id, String mail) {}

    record Book(String isbn, String author) {}

    private static final EntityType<Author> AUTHORS = EntityType.of(Author.class, MethodHandles.lookup())
            .named("writers")
            .identifiedBy(Author::id)
            .unique(Author::mail)
            .keyValue("author:{id}", Blob.object())
            .build();

    private static final EntityType<Book> BOOKS = EntityType.of(Book.class, MethodHandles.lookup())
            .named("books")
            .identifiedBy(Book::isbn)
            .references(Book::author, AUTHORS, OnDelete.CASCADE)
            .keyValue("book:{isbn}", Blob.object())
            .build();

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final ErrorContext SENDING = ErrorContext.of("send");

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final List<String> commits = new ArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final MemoryStore freshStore = new MemoryStore();
    private boolean noThread;
    private boolean down;

    /** Sends nothing before it is told to. */
    private RoutedStorage stepping(Storage old, Storage fresh) {
        RoutedStorage routed =
                Moves.quiet(old, fresh).clock(clock).behind(this::queued).open();
        Moves.to(routed, Stage.DUAL_WRITE);
        return routed;
    }

    private void queued(Runnable work) {
        if (noThread) {
            throw new RejectedExecutionException("planned");
        }
        waiting.add(work);
    }

    private void send() {
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
    }

    /** Sends by a thread of its own. */
    private RoutedStorage threaded(Storage fresh, Duration timeout) {
        RoutedStorage routed = Moves.quiet(memory(new MemoryStore()), fresh)
                .followers(1)
                .followerTimeout(timeout)
                .clock(clock)
                .open();
        Moves.to(routed, Stage.DUAL_WRITE);
        return routed;
    }

    private static Storage memory(KeyValueStore store) {
        return KvStorage.open(store, CATALOG);
    }

    /** Doesn't answer who sends writes to it until it is released. */
    private Storage hanging() {
        return memory(Interposed.store(freshStore, call -> {
            if (Thread.currentThread().getName().equals("storeway-follower")) {
                released.await();
            }
            return call.proceed();
        }));
    }

    private List<Entry> entries() {
        return memory(freshStore)
                .repository(MovesTest.ENTRIES)
                .all()
                .allowScan()
                .list();
    }

    @Test
    void whatHasComeTogetherGoesInOneUnitWithItsLatestState() {
        Storage fresh = memory(Interposed.store(freshStore, call -> {
            if (call.verb().equals("commit")) {
                commits.add(call.verb());
            }
            return call.proceed();
        }));
        try (RoutedStorage routed = stepping(memory(new MemoryStore()), fresh)) {
            Repository<Entry> entries = routed.repository(MovesTest.ENTRIES);
            for (int i = 0; i < 20; i++) {
                entries.save(new Entry("o" + i % 5, "n", i));
            }
            entries.delete("o4", "n");
            assertThat(entries()).isEmpty();
            commits.clear();
            send();
            assertThat(commits).hasSize(1);
            assertThat(entries())
                    .containsExactlyInAnyOrder(
                            new Entry("o0", "n", 15),
                            new Entry("o1", "n", 16),
                            new Entry("o2", "n", 17),
                            new Entry("o3", "n", 18));
            routed.routing().tick();
            assertThat(routed.control().status().marks()).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2"})
    void valuesAndParentsThatChangeHandsInAGroupAreRefusedToNobody(String kind) {
        Catalog library = Catalog.of(AUTHORS, BOOKS);
        try (Storage old = Storages.open("memory:", library);
                Storage fresh = Storages.open("jdbc:" + kind + ":" + folder.resolve("new"), library);
                RoutedStorage routed = stepping(old, fresh)) {
            Repository<Author> authors = routed.repository(AUTHORS);
            Repository<Book> books = routed.repository(BOOKS);
            authors.saveAll(List.of(new Author("1", "ann@x"), new Author("2", "bob@x"), new Author("3", "cy@x")));
            books.saveAll(List.of(new Book("b", "3"), new Book("c", "3")));
            send();
            authors.save(new Author("2", "dan@x"));
            authors.save(new Author("1", "bob@x"));
            authors.save(new Author("2", "ann@x"));
            books.save(new Book("b", "1"));
            books.delete("c");
            authors.delete("3");
            authors.save(new Author("4", "cy@x"));
            books.save(new Book("c", "4"));
            send();
            assertThat(fresh.repository(AUTHORS).all().allowScan().list())
                    .containsExactlyInAnyOrder(
                            new Author("1", "bob@x"), new Author("2", "ann@x"), new Author("4", "cy@x"));
            assertThat(fresh.repository(BOOKS).all().allowScan().list())
                    .containsExactlyInAnyOrder(new Book("b", "1"), new Book("c", "4"));
            routed.routing().tick();
            assertThat(routed.control().status().marks()).hasValue(0);
            assertThat(routed.control().compare().equal()).isTrue();
        }
    }

    @Test
    void aWriteThatTheFollowerCannotTakeKeepsNoOtherBack() {
        Storage fresh = memory(Interposed.store(freshStore, call -> {
            if (call.verb().equals("commit") && call.arguments().toString().contains("entries:bad")) {
                throw new InvalidValueException("entry", "planned", SENDING, null);
            }
            return call.proceed();
        }));
        try (RoutedStorage routed = stepping(memory(new MemoryStore()), fresh)) {
            for (String owner : List.of("a", "bad", "c")) {
                routed.repository(MovesTest.ENTRIES).save(new Entry(owner, "n", 1));
            }
            send();
            assertThat(entries()).containsExactlyInAnyOrder(new Entry("a", "n", 1), new Entry("c", "n", 1));
            routed.routing().tick();
            assertThat(routed.control().status().marks()).hasValue(1);
        }
    }

    @Test
    @Timeout(60)
    void aCallerDoesNotWaitForAFollowerThatNobodyReads() throws InterruptedException {
        try (RoutedStorage routed = threaded(hanging(), Duration.ofMinutes(1))) {
            for (int i = 0; i < 300; i++) {
                routed.repository(MovesTest.ENTRIES).save(new Entry("o" + i, "n", i));
            }
            assertThat(routed.awaitFollower(Duration.ofMillis(1))).isFalse();
            assertThat(entries()).isEmpty();
            assertThat(routed.control().status().marks()).hasValue(300);
            released.countDown();
            assertThat(routed.awaitFollower(Duration.ofMinutes(1))).isTrue();
            assertThat(entries()).hasSize(300);
        }
    }

    @Test
    @Timeout(60)
    void ofMoreThanThereIsRoomForTheRestIsLeftToItsMarksAndThenTheFollowerAlone() throws InterruptedException {
        try (RoutedStorage routed = threaded(hanging(), Duration.ofMillis(1))) {
            List<Entry> many = IntStream.range(0, 2_000)
                    .mapToObj(i -> new Entry("many", "n" + i, i))
                    .toList();
            Repository<Entry> entries = routed.repository(MovesTest.ENTRIES);
            entries.partition("many").replace(many);
            for (int i = 0; i < 10; i++) {
                entries.save(new Entry("o" + i, "n", i));
            }
            released.countDown();
            assertThat(routed.awaitFollower(Duration.ofMinutes(1))).isTrue();
            entries.save(new Entry("o", "n", 1));
            assertThat(routed.awaitFollower(Duration.ofMinutes(1))).isTrue();
            assertThat(entries()).hasSize(2_000);
            clock.advance(Duration.ofSeconds(6));
            entries.save(new Entry("p", "n", 1));
            assertThat(routed.awaitFollower(Duration.ofMinutes(1))).isTrue();
            assertThat(entries()).hasSize(2_001);
            routed.control().repair("test", "mend");
            assertThat(entries()).hasSize(2_012);
        }
    }

    @Test
    @Timeout(60)
    void closingSendsWhatIsOnItsWay() {
        RoutedStorage routed = threaded(hanging(), Duration.ofMinutes(1));
        for (int i = 0; i < 300; i++) {
            routed.repository(MovesTest.ENTRIES).save(new Entry("o" + i, "n", i));
        }
        released.countDown();
        routed.close();
        assertThat(entries()).hasSize(300);
    }

    @Test
    @Timeout(60)
    void aStageIsAcknowledgedWhenTheWritesBeforeItHaveArrived() throws InterruptedException {
        try (RoutedStorage routed = threaded(hanging(), Duration.ofMinutes(1))) {
            routed.control().backfill("test", "copy");
            routed.routing().tick();
            routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
            routed.control().advance("test", "on");
            routed.routing().tick();
            assertThatThrownBy(() -> routed.control().advance("test", "on"))
                    .isInstanceOf(StageBlockedException.class)
                    .hasMessageContaining("has acknowledged epoch");
            released.countDown();
            assertThat(routed.awaitFollower(Duration.ofMinutes(1))).isTrue();
            routed.routing().tick();
            assertThat(routed.control().advance("test", "on").stage()).isEqualTo(Stage.READ_NEW);
        }
    }

    @Test
    void whereSomebodyMayReadTheFollowerItHasAWriteWhenTheCallReturns() {
        try (RoutedStorage routed = stepping(memory(new MemoryStore()), memory(freshStore))) {
            Repository<Entry> entries = routed.repository(MovesTest.ENTRIES);
            Moves.to(routed, Stage.SHADOW);
            entries.save(new Entry("shadow", "n", 1));
            assertThat(entries()).contains(new Entry("shadow", "n", 1));
            routed.control().rollback("test", "another instance may still be in SHADOW or READ_NEW");
            routed.routing().tick();
            entries.save(new Entry("back", "n", 1));
            assertThat(entries()).contains(new Entry("back", "n", 1));
            Moves.to(routed, Stage.READ_NEW);
            entries.save(new Entry("read", "n", 1));
            assertThat(entries()).contains(new Entry("read", "n", 1));
        }
    }

    @Test
    void afterTheSwitchTheOldOneIsAwaitedUntilAllReadTheNew() {
        MemoryStore oldStore = new MemoryStore();
        try (RoutedStorage routed = stepping(memory(oldStore), memory(freshStore))) {
            Repository<Entry> entries = routed.repository(MovesTest.ENTRIES);
            Repository<Entry> old = memory(oldStore).repository(MovesTest.ENTRIES);
            Moves.to(routed, Stage.LIVE);
            entries.save(new Entry("live", "n", 1));
            assertThat(old.exists("live", "n")).isTrue();
            Moves.to(routed, Stage.RAMP_DOWN);
            entries.save(new Entry("down", "n", 1));
            assertThat(old.exists("down", "n")).isFalse();
            send();
            assertThat(old.exists("down", "n")).isTrue();
        }
    }

    /** Counts the commits that it is asked for, and fails with what the failure says of their number and size. */
    private Storage failing(BiFunction<Integer, Integer, @Nullable RuntimeException> failure) {
        return memory(Interposed.store(freshStore, call -> {
            if (down && call.verb().equals("commit")) {
                commits.add(call.verb());
                RuntimeException planned = failure.apply(
                        commits.size(), ((List<?>) call.arguments().get(1)).size());
                if (planned != null) {
                    throw planned;
                }
            }
            return call.proceed();
        }));
    }

    private static RuntimeException unavailable() {
        return new StorageUnavailableException("planned", SENDING, null);
    }

    @Test
    void ofWritesOnTheirWayToAFollowerThatGoesAwayFiveTryIt() {
        Storage fresh = failing((commit, writes) ->
                commit == 1 ? new InvalidValueException("entry", "planned", SENDING, null) : unavailable());
        try (RoutedStorage routed = stepping(memory(new MemoryStore()), fresh)) {
            for (int i = 0; i < 300; i++) {
                routed.repository(MovesTest.ENTRIES).save(new Entry("o" + i, "n", i));
            }
            down = true;
            send();
            assertThat(commits).hasSize(1 + 5);
            down = false;
            assertThat(routed.control().status().marks()).hasValue(300);
            routed.control().repair("test", "mend");
            assertThat(entries()).hasSize(300);
        }
    }

    @Test
    void whatIsTooMuchAtOnceGoesOneByOne() {
        Storage fresh =
                failing((commit, writes) -> writes > 20 ? new StorageTimeoutException("planned", SENDING, null) : null);
        try (RoutedStorage routed = stepping(memory(new MemoryStore()), fresh)) {
            down = true;
            for (int i = 0; i < 50; i++) {
                routed.repository(MovesTest.ENTRIES).save(new Entry("o" + i, "n", i));
            }
            send();
            assertThat(entries()).hasSize(50);
        }
    }

    @Test
    void aWriteForWhichThereIsNoThreadTakesNoOtherOnesPlace() {
        try (RoutedStorage routed = stepping(memory(new MemoryStore()), failing((commit, writes) -> unavailable()))) {
            Repository<Entry> entries = routed.repository(MovesTest.ENTRIES);
            down = true;
            for (int i = 0; i < 5; i++) {
                entries.save(new Entry("o" + i, "n", i));
                send();
            }
            down = false;
            clock.advance(Duration.ofSeconds(6));
            noThread = true;
            entries.save(new Entry("p", "n", 1));
            noThread = false;
            entries.save(new Entry("q", "n", 1));
            send();
            assertThat(entries()).containsExactly(new Entry("q", "n", 1));
        }
    }

    @Test
    void aWriteOfAnInterruptedThreadIsSent() {
        try (RoutedStorage routed = stepping(memory(new MemoryStore()), memory(freshStore))) {
            Thread.currentThread().interrupt();
            routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
            assertThat(Thread.interrupted()).isTrue();
            send();
            assertThat(entries()).hasSize(1);
        }
    }

    @Test
    @Timeout(60)
    void whoWaitsForTheFollowerHoldsNobodyUp() throws InterruptedException {
        try (RoutedStorage routed = threaded(hanging(), Duration.ofMillis(1))) {
            Repository<Entry> entries = routed.repository(MovesTest.ENTRIES);
            entries.save(new Entry("o", "n", 1));
            Thread tool = new Thread(() -> {
                try {
                    routed.awaitFollower(Duration.ofMinutes(1));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            tool.start();
            while (tool.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            entries.save(new Entry("p", "n", 1));
            released.countDown();
            tool.join();
            assertThat(routed.awaitFollower(Duration.ofMinutes(1))).isTrue();
            assertThat(entries()).hasSize(2);
        }
    }

    @Test
    @Timeout(60)
    void aFollowerThatHangsKeepsNobodyFromGoingBack() {
        try (RoutedStorage routed = threaded(hanging(), Duration.ofSeconds(1))) {
            routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
            routed.control().freeze("test", "it hangs");
            routed.routing().tick();
            assertThatThrownBy(() -> routed.control().rollback("test", "off"))
                    .isInstanceOf(StageBlockedException.class)
                    .hasMessageContaining("has acknowledged epoch");
            clock.advance(Duration.ofSeconds(2));
            routed.routing().tick();
            assertThat(routed.control().rollback("test", "off").stage()).isEqualTo(Stage.OFF);
            released.countDown();
        }
    }

    @Test
    void aTermThatEndsWithManyWritesOnTheirWayKeepsNoneOfTheNextBack() {
        RoutedStorageBuilder builder =
                Moves.quiet(memory(new MemoryStore()), memory(freshStore)).clock(clock);
        try (RoutedStorage routed =
                builder.stepwise(time -> send()).behind(this::queued).open()) {
            Moves.to(routed, Stage.DUAL_WRITE);
            Repository<Entry> entries = routed.repository(MovesTest.ENTRIES);
            for (int i = 0; i < 600; i++) {
                entries.save(new Entry("o" + i, "n", i));
            }
            routed.control().backfill("a new term, which closes the fence before they are sent", "copy");
            routed.routing().tick();
            entries.save(new Entry("late", "n", 1));
            send();
            assertThat(memory(freshStore).repository(MovesTest.ENTRIES).exists("late", "n"))
                    .isTrue();
        }
    }

    @Test
    @Timeout(60)
    void closingGivesTheLeaseBackThoughTheFollowerHangs() {
        RoutedStorage routed = threaded(hanging(), Duration.ofMillis(1));
        routed.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
        routed.close();
        assertThat(routed.control().status().instances()).isEmpty();
        assertThat(routed.control().status().marks()).hasValue(1);
        released.countDown();
    }
}
