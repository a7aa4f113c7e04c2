package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.storeway.Repository;
import io.storeway.UnitOfWork;
import io.storeway.error.RecordNotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

class ConcurrencyTest {

    private static final int THREADS = 8;
    private static final int ROUNDS = 40;

    @TempDir
    Path directory;

    private interface Job {
        void run(int thread, int round);
    }

    private static void together(int threads, Job job) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                futures.add(executor.submit(() -> IntStream.range(0, ROUNDS).forEach(round -> job.run(thread, round))));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private static int increment(UnitOfWork unit) {
        Repository<Library.Book> books = unit.repository(Library.BOOKS);
        Library.Book book = books.find("n").orElseThrow();
        int next = Objects.requireNonNull(book.year()) + 1;
        books.update(new Library.Book("n", "counter", next, null));
        return next;
    }

    /** Each is in the way of all others; it runs again until it is through. */
    @EachEngine
    void eightThreadsThatCountTogetherLoseNoIncrementAndNoneGivesUp(Engine engine) throws Exception {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            storage.repository(Library.BOOKS).insert(new Library.Book("n", "counter", 0, null));
            together(THREADS, (thread, round) -> storage.transact(ConcurrencyTest::increment));
            assertThat(storage.repository(Library.BOOKS).find("n").orElseThrow().year())
                    .isEqualTo(THREADS * ROUNDS);
        }
    }

    @EachEngine
    void threadsThatSaveTheSameNewKeysAllSucceed(Engine engine) throws Exception {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            together(4, (thread, round) -> books.save(Library.book("b" + round)));
            assertThat(books.all().allowScan().count()).isEqualTo(ROUNDS);
        }
    }

    @EachEngine
    void aUnitIsAllOrNothingAndSeesItsOwnWrites(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> storage.transact(unit -> {
                        unit.repository(Library.BOOKS).insert(Library.book("a"));
                        assertThat(unit.repository(Library.BOOKS).exists("a")).isTrue();
                        throw new IllegalArgumentException("no");
                    }));
            assertThat(storage.repository(Library.BOOKS).exists("a")).isFalse();
            List<UnitOfWork> escaped = new ArrayList<>();
            storage.transact(unit -> {
                escaped.add(unit);
                try {
                    unit.repository(Library.BOOKS).update(Library.book("a"));
                } catch (RecordNotFoundException e) {
                    unit.repository(Library.BOOKS).insert(Library.book("a"));
                }
                return unit;
            });
            assertThat(storage.repository(Library.BOOKS).exists("a")).isTrue();
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> escaped.get(0).repository(Library.BOOKS).find("a"));
        }
    }
}
