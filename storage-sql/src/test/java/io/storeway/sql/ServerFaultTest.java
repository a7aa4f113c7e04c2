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
import io.storeway.testkit.fault.TcpProxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
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
    private TcpProxy proxy = TcpProxy.before("127.0.0.1", 0);
    private HikariDataSource pool = new HikariDataSource();

    @BeforeEach
    void start() throws SQLException {
        proxy.close();
        pool.close();
        server = serve(0);
        proxy = TcpProxy.before("127.0.0.1", server.getPort());
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

    @Test
    void aCommitIsUnknownWhetherItsRequestOrItsAnswerWasLost() {
        try (SqlStorage storage = storage()) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            assertThatExceptionOfType(UnknownOutcomeException.class)
                    .isThrownBy(() -> storage.transact(unit -> {
                        unit.repository(Library.BOOKS).insert(Library.book("lost"));
                        proxy.cutAfterRequests(0);
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
                        proxy.cutAfterReplies(0);
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
            proxy.swallowReplies();
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
            proxy.reset();
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
            proxy.reset();
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
        proxy.reset();
        assertThatExceptionOfType(StorageClosedException.class)
                .isThrownBy(() -> storage.repository(Library.BOOKS).exists("a"));
        assertThatExceptionOfType(StorageClosedException.class).isThrownBy(() -> storage.transact(unit -> unit));
        nothingIsLeaked();
    }
}
