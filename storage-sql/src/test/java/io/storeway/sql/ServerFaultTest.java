package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Repository;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when the server or the connection to it dies, shown on H2's server. */
class ServerFaultTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private Server server = new Server();
    private CutProxy proxy = new CutProxy(0);
    private HikariDataSource pool = new HikariDataSource();

    /** A write, and whether its effect is there. */
    private interface Effect {
        void write(int round);

        boolean done(int round);
    }

    @BeforeEach
    void start() throws SQLException {
        proxy.close();
        pool.close();
        server = serve(0);
        proxy = new CutProxy(server.getPort());
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:tcp://127.0.0.1:" + proxy.port() + "/./data;WRITE_DELAY=0;NETWORK_TIMEOUT=700");
        // A second connection, opened in the background, would meet the cut instead.
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(1_000);
        config.setValidationTimeout(500);
        pool = new HikariDataSource(config);
    }

    private Server serve(int port) throws SQLException {
        return Server.createTcpServer(
                        "-tcpPort", Integer.toString(port), "-ifNotExists", "-baseDir", directory.toString())
                .start();
    }

    @AfterEach
    void stop() {
        pool.close();
        proxy.close();
        server.stop();
    }

    private SqlStorage storage() {
        return SqlStorage.open(pool, Catalog.of(Library.BOOKS));
    }

    private void nothingIsLeaked() {
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }

    /**
     * Cuts the connection at every request and at every answer of a write. What is reported as done is there, and what is
     * reported as failed is not; a cut that is known to have had no effect is not reported at all, the write is made again.
     */
    private List<Class<?>> cutEverywhere(Effect effect) {
        List<Class<?>> reported = new ArrayList<>();
        int round = 0;
        for (Consumer<Integer> cut : List.<Consumer<Integer>>of(proxy::cutRequestAfter, proxy::cutAnswerAfter)) {
            boolean fired = true;
            for (int passing = 0; fired; passing++) {
                round++;
                int now = round;
                assertThat(effect.done(round)).isFalse();
                cut.accept(passing);
                try {
                    assertTimeoutPreemptively(LONG, () -> effect.write(now));
                    fired = !proxy.pending();
                    proxy.heal();
                    assertThat(effect.done(round)).isTrue();
                } catch (UnknownOutcomeException e) {
                    reported.add(e.getClass());
                    assertThat(e.retryable()).isFalse();
                } catch (StorageException e) {
                    reported.add(e.getClass());
                    assertThat(e.retryable()).isTrue();
                    proxy.heal();
                    assertThat(effect.done(round)).isFalse();
                }
                proxy.heal();
                nothingIsLeaked();
                assertThat(passing).isLessThan(50);
            }
        }
        return reported;
    }

    @Test
    void aUnitThatIsCutAnywhereIsNeverReportedAsFailedWhenItWasDone() {
        try (SqlStorage storage = storage()) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            List<Class<?>> reported = cutEverywhere(new Effect() {
                @Override
                public void write(int round) {
                    storage.transact(unit -> {
                        unit.repository(Library.BOOKS).insert(Library.book("a" + round));
                        unit.repository(Library.BOOKS).insert(Library.book("b" + round));
                        return unit;
                    });
                }

                @Override
                public boolean done(int round) {
                    assertThat(books.exists("a" + round)).isEqualTo(books.exists("b" + round));
                    return books.exists("a" + round);
                }
            });
            assertThat(reported).hasSizeGreaterThan(1).containsOnly(UnknownOutcomeException.class);
        }
    }

    @Test
    void aSingleWriteThatIsCutAnywhereIsNeverReportedAsFailedWhenItWasDone() {
        try (SqlStorage storage = storage()) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            assertThat(cutEverywhere(new Effect() {
                        @Override
                        public void write(int round) {
                            books.save(Library.book("s" + round));
                        }

                        @Override
                        public boolean done(int round) {
                            return books.exists("s" + round);
                        }
                    }))
                    .hasSizeGreaterThan(1)
                    .containsOnly(UnknownOutcomeException.class);
        }
    }

    @Test
    void aCommitOfTheKeyValueStoreThatIsCutAnywhereIsNeverReportedAsFailedWhenItWasDone() {
        try (SqlKeyValueStore store = SqlKeyValueStore.open(pool)) {
            List<Class<?>> reported = cutEverywhere(new Effect() {
                @Override
                public void write(int round) {
                    store.commit(List.of(), List.of(Write.put("a" + round, new byte[1]), Write.put("b", new byte[1])));
                }

                @Override
                public boolean done(int round) {
                    return store.get("a" + round) != null;
                }
            });
            assertThat(reported).hasSizeGreaterThan(1).containsOnly(UnknownOutcomeException.class);
        }
    }

    @Test
    void aCommitIsUnknownWhetherItsRequestOrItsAnswerWasLost() {
        try (SqlStorage storage = storage()) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            assertThatExceptionOfType(UnknownOutcomeException.class)
                    .isThrownBy(() -> storage.transact(unit -> {
                        unit.repository(Library.BOOKS).insert(Library.book("lost"));
                        proxy.cutRequestAfter(0);
                        return unit;
                    }));
            assertThat(books.exists("lost")).isFalse();
            // H2 prepares COMMIT at its first use of a connection, which would be the answer that is lost.
            storage.transact(unit -> {
                unit.repository(Library.BOOKS).insert(Library.book("first"));
                return unit;
            });
            assertThatExceptionOfType(UnknownOutcomeException.class)
                    .isThrownBy(() -> storage.transact(unit -> {
                        unit.repository(Library.BOOKS).insert(Library.book("done"));
                        proxy.cutAnswerAfter(0);
                        return unit;
                    }));
            assertThat(books.exists("done")).isTrue();
            nothingIsLeaked();
        }
    }

    @Test
    void aSilentServerHoldsNobodyLongerThanTheDriverWaits() {
        try (SqlStorage storage = storage()) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            books.save(Library.book("a"));
            proxy.silence();
            assertTimeoutPreemptively(LONG, () -> {
                assertThatExceptionOfType(StorageException.class)
                        .isThrownBy(() -> books.exists("a"))
                        .matches(StorageException::retryable);
                assertThatExceptionOfType(StorageException.class)
                        .isThrownBy(() -> books.save(Library.book("b")))
                        .isInstanceOfAny(
                                UnknownOutcomeException.class,
                                StorageTimeoutException.class,
                                StorageUnavailableException.class);
            });
            proxy.heal();
            proxy.cutAll();
            assertThat(books.exists("a")).isTrue();
            nothingIsLeaked();
        }
    }

    @Test
    void aRestartedServerIsUsedAgainWithoutOpeningTheStorageAnew() throws SQLException {
        int port = server.getPort();
        try (SqlStorage storage = storage()) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            books.save(Library.book("a"));
            server.stop();
            proxy.cutAll();
            assertTimeoutPreemptively(
                    LONG,
                    () -> assertThatExceptionOfType(StorageException.class)
                            .isThrownBy(() -> books.exists("a"))
                            .isInstanceOfAny(StorageUnavailableException.class, StorageTimeoutException.class)
                            .matches(StorageException::retryable));
            server = serve(port);
            assertTimeoutPreemptively(
                    LONG, () -> assertThat(existsAtLast(books, "a")).isTrue());
            books.save(Library.book("c"));
            assertThat(books.exists("c")).isTrue();
            nothingIsLeaked();
        }
    }

    /** Asks again while the pool waits before it connects anew; each call waits for it a second. */
    private static boolean existsAtLast(Repository<Library.Book> books, String isbn) {
        while (true) {
            try {
                return books.exists(isbn);
            } catch (StorageUnavailableException | StorageTimeoutException e) {
                assertThat(e.retryable()).isTrue();
            }
        }
    }

    @Test
    void aClosedStorageRefusesCallsAndUnitsWithoutTakingAConnection() {
        SqlStorage storage = storage();
        storage.close();
        proxy.cutAll();
        assertThatExceptionOfType(StorageClosedException.class)
                .isThrownBy(() -> storage.repository(Library.BOOKS).exists("a"));
        assertThatExceptionOfType(StorageClosedException.class).isThrownBy(() -> storage.transact(unit -> unit));
        nothingIsLeaked();
    }
}
