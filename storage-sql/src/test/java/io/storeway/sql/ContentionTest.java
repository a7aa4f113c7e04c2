package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Repository;
import io.storeway.UnitOfWork;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.TransactionFailedException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Units that meet on the same rows, on engines that let several write at one time. */
class ContentionTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Library.Book CHANGED = new Library.Book("a", "changed", 8, null);

    @TempDir
    Path directory;

    private static int year(Repository<Library.Book> books, String isbn) {
        return Objects.requireNonNull(books.find(isbn).orElseThrow().year());
    }

    private static void increment(UnitOfWork unit, String isbn) {
        Repository<Library.Book> books = unit.repository(Library.BOOKS);
        books.update(new Library.Book(isbn, "counter", year(books, isbn) + 1, null));
    }

    private static SqlStorage withCounters(SqlStorage storage) {
        storage.repository(Library.BOOKS)
                .insertAll(
                        List.of(new Library.Book("a", "counter", 0, null), new Library.Book("b", "counter", 0, null)));
        return storage;
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void unitsThatLockInOppositeOrderAreRunAgainAndBothHaveTheirEffect(Engine engine) throws Exception {
        try (SqlStorage storage = withCounters(engine.open(directory, Catalog.of(Library.BOOKS)))) {
            CyclicBarrier bothHoldOne = new CyclicBarrier(2);
            AtomicInteger runs = new AtomicInteger();
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                Callable<Boolean> there = () -> crossing(storage, runs, bothHoldOne, "a", "b");
                Callable<Boolean> back = () -> crossing(storage, runs, bothHoldOne, "b", "a");
                for (Future<Boolean> done : threads.invokeAll(List.of(there, back))) {
                    assertThat(done.get()).isTrue();
                }
            } finally {
                threads.shutdownNow();
            }
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            assertThat(List.of(year(books, "a"), year(books, "b"))).containsExactly(2, 2);
            assertThat(runs.get()).isGreaterThan(2);
        }
    }

    private static boolean crossing(
            SqlStorage storage, AtomicInteger runs, CyclicBarrier bothHoldOne, String first, String second) {
        boolean[] met = {false};
        return storage.transact(unit -> {
            runs.incrementAndGet();
            increment(unit, first);
            if (!met[0]) {
                met[0] = true;
                await(bothHoldOne);
            }
            increment(unit, second);
            return true;
        });
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void aUnitWhoseRowWasChangedMeanwhileIsRunAgainAsAWhole(Engine engine) {
        try (SqlStorage storage = withCounters(engine.open(directory, Catalog.of(Library.BOOKS)))) {
            AtomicInteger runs = new AtomicInteger();
            storage.transact(unit -> {
                increment(unit, "b");
                int seen = year(unit.repository(Library.BOOKS), "a");
                if (runs.incrementAndGet() == 1) {
                    elsewhere(storage, "a");
                }
                unit.repository(Library.BOOKS).update(new Library.Book("a", "counter", seen + 1, null));
                return unit;
            });
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            assertThat(List.of(year(books, "a"), year(books, "b"))).containsExactly(2, 1);
            assertThat(runs.get()).isEqualTo(2);
        }
    }

    private static void elsewhere(SqlStorage storage, String isbn) {
        Thread other = new Thread(() -> storage.transact(unit -> {
            increment(unit, isbn);
            return unit;
        }));
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void aUnitThatIsAlwaysInSomebodysWayEndsWithATypedErrorAndWithoutEffect(Engine engine) {
        try (SqlStorage storage = withCounters(engine.open(directory, Catalog.of(Library.BOOKS)))) {
            AtomicInteger runs = new AtomicInteger();
            assertThatExceptionOfType(TransactionFailedException.class)
                    .isThrownBy(() -> storage.transact(unit -> {
                        increment(unit, "b");
                        int seen = year(unit.repository(Library.BOOKS), "a");
                        runs.incrementAndGet();
                        elsewhere(storage, "a");
                        unit.repository(Library.BOOKS).update(new Library.Book("a", "counter", seen + 1, null));
                        return unit;
                    }))
                    .matches(TransactionFailedException::retryable);
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            assertThat(year(books, "b")).isZero();
            assertThat(year(books, "a")).isEqualTo(runs.get());
            assertThat(runs.get()).isBetween(2, 64);
        }
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void aUnitHoldsNoConnectionWhileItWaitsToBeRunAgain(Engine engine) {
        List<Long> lent = new ArrayList<>();
        List<Long> returned = new ArrayList<>();
        try (HikariDataSource pool = engine.dataSource(directory);
                SqlStorage storage = withCounters(SqlStorage.open(pool, Catalog.of(Library.BOOKS)));
                SqlStorage observed = SqlStorage.open(observed(pool, lent, returned), Catalog.of(Library.BOOKS))) {
            lent.clear();
            returned.clear();
            AtomicInteger runs = new AtomicInteger();
            observed.run(unit -> {
                int seen = year(unit.repository(Library.BOOKS), "a");
                if (runs.incrementAndGet() < 5) {
                    elsewhere(storage, "a");
                }
                unit.repository(Library.BOOKS).update(new Library.Book("a", "counter", seen + 1, null));
            });
        }
        long free = 0;
        for (int i = 1; i < lent.size(); i++) {
            free += lent.get(i) - returned.get(i - 1);
        }
        // Four waits of at least 1, 2, 4 and 8 ms.
        assertThat(lent).hasSizeGreaterThanOrEqualTo(5);
        assertThat(free).isGreaterThan(Duration.ofMillis(14).toNanos());
    }

    private static DataSource observed(DataSource pool, List<Long> lent, List<Long> returned) {
        return Observed.proxy(DataSource.class, pool, (method, result) -> {
            if (method.equals("getConnection")) {
                lent.add(System.nanoTime());
                return Observed.proxy(Connection.class, result, (called, answer) -> {
                    if (called.equals("close")) {
                        returned.add(System.nanoTime());
                    }
                    return answer;
                });
            }
            return method.equals("isWrapperFor") ? (Object) false : result;
        });
    }

    /**
     * Writes on a storage with limits in its URL while another connection has changed the book a, and reads when that has been
     * rolled back.
     */
    private void besideAHolder(Engine engine, String limits, Consumer<SqlStorage> held, Consumer<SqlStorage> afterwards)
            throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(engine.uri(directory) + limits);
        try (HikariDataSource limited = new HikariDataSource(config);
                HikariDataSource free = engine.dataSource(directory);
                SqlStorage storage = withCounters(SqlStorage.open(limited, Catalog.of(Library.BOOKS)));
                Connection holder = free.getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute(engine.sql("UPDATE \"books\" SET \"year\" = 7 WHERE \"isbn\" = 'a'"));
            held.accept(storage);
            holder.rollback();
            afterwards.accept(storage);
        }
    }

    private static void timesOut(Runnable write) {
        assertTimeoutPreemptively(
                LONG,
                () -> assertThatExceptionOfType(StorageTimeoutException.class).isThrownBy(write::run));
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#servers")
    void aStatementThatTakesTooLongIsATimeoutWithoutEffect(Engine engine) throws SQLException {
        besideAHolder(
                engine,
                engine == Engine.POSTGRESQL
                        ? "&options=-c%20statement_timeout=300"
                        : "&sessionVariables=max_statement_time=0.3",
                storage -> {
                    timesOut(() -> storage.repository(Library.BOOKS).update(CHANGED));
                    timesOut(() -> storage.transact(unit -> {
                        unit.repository(Library.BOOKS).insert(Library.book("c"));
                        unit.repository(Library.BOOKS).update(CHANGED);
                        return unit;
                    }));
                },
                storage -> {
                    Repository<Library.Book> books = storage.repository(Library.BOOKS);
                    assertThat(year(books, "a")).isZero();
                    assertThat(books.exists("c")).isFalse();
                });
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#servers")
    void aLockThatIsHeldTooLongIsATimeoutAndNotWaitedForAgain(Engine engine) throws SQLException {
        besideAHolder(
                engine,
                engine == Engine.POSTGRESQL
                        ? "&options=-c%20lock_timeout=300"
                        : "&sessionVariables=innodb_lock_wait_timeout=1",
                storage -> {
                    AtomicInteger runs = new AtomicInteger();
                    timesOut(() -> storage.transact(unit -> {
                        runs.incrementAndGet();
                        unit.repository(Library.BOOKS).update(CHANGED);
                        return unit;
                    }));
                    assertThat(runs).hasValue(1);
                },
                storage -> {
                    storage.repository(Library.BOOKS).update(CHANGED);
                    assertThat(year(storage.repository(Library.BOOKS), "a")).isEqualTo(8);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle_in_transaction_session_timeout", "transaction_timeout"})
    void aTransactionThatPostgresqlEndsForItsAgeIsATimeoutWithoutEffectAlsoAtItsCommit(String setting) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(Engine.POSTGRESQL.uri(directory));
        config.setMaximumPoolSize(1);
        try (HikariDataSource limited = new HikariDataSource(config);
                HikariDataSource free = Engine.POSTGRESQL.dataSource(directory);
                SqlStorage storage = withCounters(SqlStorage.open(limited, Catalog.of(Library.BOOKS)))) {
            for (boolean more : List.of(true, false)) {
                AtomicInteger runs = new AtomicInteger();
                execute(limited, true, "SET " + setting + " = 300");
                assertThatExceptionOfType(StorageTimeoutException.class)
                        .isThrownBy(() -> storage.transact(unit -> {
                            runs.incrementAndGet();
                            increment(unit, "b");
                            // The lock is to be had once the transaction is over.
                            execute(free, false, "LOCK TABLE books IN EXCLUSIVE MODE");
                            if (more) {
                                increment(unit, "a");
                            }
                            return unit;
                        }))
                        .withMessageContaining(setting);
                assertThat(runs).hasValue(1);
            }
            assertThat(year(storage.repository(Library.BOOKS), "b")).isZero();
            assertThat(limited.getHikariPoolMXBean().getActiveConnections()).isZero();
        }
    }

    private static void execute(HikariDataSource pool, boolean autoCommit, String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(autoCommit);
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @EachEngine
    void anExhaustedPoolIsATimeoutWithinItsOwnLimit(Engine engine) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(engine.uri(directory) + (engine == Engine.H2 ? ";WRITE_DELAY=0" : ""));
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(500);
        try (HikariDataSource pool = new HikariDataSource(config);
                SqlStorage storage = withCounters(SqlStorage.open(pool, Catalog.of(Library.BOOKS)))) {
            try (Connection held = pool.getConnection()) {
                assertThat(held).isNotNull();
                assertTimeoutPreemptively(
                        LONG,
                        () -> assertThatExceptionOfType(StorageTimeoutException.class)
                                .isThrownBy(() -> storage.transact(unit -> {
                                    increment(unit, "a");
                                    return unit;
                                }))
                                .matches(StorageTimeoutException::retryable));
            }
            storage.transact(unit -> {
                increment(unit, "a");
                return unit;
            });
            assertThat(year(storage.repository(Library.BOOKS), "a")).isOne();
        }
    }
}
