package io.storeway.kv;

import static io.storeway.kv.EnforcedConstraintsTest.BOOKS;
import static io.storeway.kv.EnforcedConstraintsTest.CATALOG;
import static io.storeway.kv.EnforcedConstraintsTest.COPIES;
import static io.storeway.kv.EnforcedConstraintsTest.NOTES;
import static io.storeway.kv.EnforcedConstraintsTest.USERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.ConstraintViolationException;
import io.storeway.kv.EnforcedConstraintsTest.Book;
import io.storeway.kv.EnforcedConstraintsTest.Copy;
import io.storeway.kv.EnforcedConstraintsTest.Note;
import io.storeway.kv.EnforcedConstraintsTest.User;
import io.storeway.kv.wrong.WrongBlobs;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.schedule.Interleavings;
import io.storeway.testkit.schedule.Interleavings.Explored;
import io.storeway.testkit.schedule.Program;
import io.storeway.testkit.schedule.ScheduleFailure;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of writers that can't all be right, those that come too late are refused: in every order, and on real stores. */
class RacingConstraintsTest {

    private static final int THREADS = 8;

    @Test
    void ofThreadsThatWantAValueOneGetsItInAFile(@TempDir Path folder) throws Exception {
        oneGetsIt("mvstore:" + folder.resolve("data.mv") + "?constraints=enforced");
    }

    @Test
    void ofThreadsThatWantAValueOneGetsItInRedis() throws Exception {
        oneGetsIt(Engines.redis().newPlace() + "?constraints=enforced");
    }

    private static void oneGetsIt(String uri) throws Exception {
        try (Storage storage = Storages.open(uri, CATALOG)) {
            for (int round = 0; round < 10; round++) {
                String email = "e" + round;
                int at = round;
                List<Integer> winners =
                        together(thread -> storage.repository(USERS).insert(new User("u" + at + "-" + thread, email)));
                assertThat(winners).hasSize(1);
                assertThat(storage.repository(USERS)
                                .where(USERS.<String>field(User::email).eq(email))
                                .allowScan()
                                .list())
                        .extracting(User::id)
                        .containsExactly("u" + round + "-" + winners.get(0));
            }
        }
    }

    @Test
    void noChildOfADeletedParentIsLeft(@TempDir Path folder) throws Exception {
        try (Storage storage =
                Storages.open("mvstore:" + folder.resolve("data.mv") + "?constraints=enforced", CATALOG)) {
            for (int round = 0; round < 20; round++) {
                String isbn = "i" + round;
                storage.repository(BOOKS).insert(new Book(isbn));
                together(thread -> {
                    if (thread == 0) {
                        storage.repository(BOOKS).delete(isbn);
                    } else {
                        storage.repository(NOTES).insert(new Note(isbn + thread, isbn + thread, isbn, null));
                    }
                });
                assertThat(storage.repository(NOTES).all().allowScan().count()).isZero();
            }
        }
    }

    /** Runs the work on all threads at once and gives those that no constraint refused. */
    private static List<Integer> together(IntConsumer work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CountDownLatch start = new CountDownLatch(THREADS);
            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                results.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    try {
                        work.accept(thread);
                        return true;
                    } catch (ConstraintViolationException e) {
                        return false;
                    }
                }));
            }
            List<Integer> successful = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                if (results.get(i).get()) {
                    successful.add(i);
                }
            }
            return successful;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Two writers, and what is so whoever comes first. */
    private static Program program(
            KeyValueStore store,
            Consumer<Storage> before,
            Consumer<Storage> one,
            Consumer<Storage> two,
            Consumer<Storage> check) {
        return run -> {
            Storage storage = KvStorage.open(run.store(store), CATALOG, Clock.systemUTC(), Constraints.ENFORCED);
            before.accept(storage);
            run.thread("one", () -> unlessRefused(one, storage));
            run.thread("two", () -> unlessRefused(two, storage));
            run.afterwards(() -> check.accept(storage));
        };
    }

    private static void unlessRefused(Consumer<Storage> write, Storage storage) {
        try {
            write.accept(storage);
        } catch (ConstraintViolationException e) {
            assertThat(e.constraint()).isNotNull();
        }
    }

    private static void neverBroken(Program program) {
        Explored explored = Interleavings.of(program).all(20_000);
        assertThat(explored.complete()).isTrue();
        assertThat(explored.runs()).isGreaterThan(5);
    }

    private static Program sameValue(boolean right) {
        return run -> program(
                        right ? new MemoryStore() : new WrongBlobs.ChecksNoExpectation(),
                        storage -> storage.repository(USERS).insert(new User("c", "y")),
                        storage -> storage.repository(USERS).insert(new User("a", "x")),
                        storage -> storage.repository(USERS).update(new User("c", "x")),
                        storage -> assertThat(storage.repository(USERS).all().allowScan().list().stream()
                                        .filter(user -> "x".equals(user.email())))
                                .hasSize(1))
                .prepare(run);
    }

    @Test
    void noOrderOfTwoWritersGivesAValueTwice() {
        neverBroken(sameValue(true));
    }

    @Test
    void aStoreThatChecksNoVersionGivesAValueTwice() {
        assertThatThrownBy(() -> Interleavings.of(sameValue(false)).all(20_000)).isInstanceOf(ScheduleFailure.class);
    }

    @Test
    void noOrderLeavesARecordThatRefersToNothing() {
        neverBroken(run -> program(
                        new MemoryStore(),
                        storage -> {
                            storage.repository(USERS).insert(new User("u", null));
                            storage.repository(BOOKS).insert(new Book("i"));
                        },
                        storage -> storage.repository(COPIES).insert(new Copy("u", 1, "i")),
                        storage -> storage.repository(BOOKS).delete("i"),
                        storage -> assertThat(storage.repository(COPIES).exists("u", 1)
                                        && !storage.repository(BOOKS).exists("i"))
                                .isFalse())
                .prepare(run));
    }

    @Test
    void noOrderLeavesARecordBehindThatACascadeShouldTake() {
        neverBroken(run -> program(
                        new MemoryStore(),
                        storage -> storage.repository(USERS).insert(new User("u", null)),
                        storage -> storage.repository(COPIES).insert(new Copy("u", 1, null)),
                        storage -> storage.repository(USERS).delete("u"),
                        storage -> assertThat(storage.repository(COPIES).exists("u", 1))
                                .isFalse())
                .prepare(run));
    }
}
