package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Repository;
import io.storeway.error.StorageException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when a PostgreSQL server dies and comes back, or another one takes its place. */
@Tag("slow")
class PostgresFaultTest {

    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private static HikariDataSource pool(String uri) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(uri);
        config.setConnectionTimeout(1_000);
        config.setValidationTimeout(500);
        return new HikariDataSource(config);
    }

    private static List<String> saved(Repository<Library.Book> books, int count) {
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            books.save(Library.book("b" + i));
            acknowledged.add("b" + i);
        }
        return acknowledged;
    }

    /** Asks again while there is no server; each call waits for the pool a second. */
    private static boolean existsAtLast(Repository<Library.Book> books, String isbn) {
        while (true) {
            try {
                return books.exists(isbn);
            } catch (StorageUnavailableException | StorageTimeoutException e) {
                assertThat(e.retryable()).isTrue();
            }
        }
    }

    private static void unavailable(Repository<Library.Book> books) {
        assertTimeoutPreemptively(
                LONG,
                () -> assertThatThrownBy(() -> books.exists("b0"))
                        .isInstanceOfAny(StorageUnavailableException.class, StorageTimeoutException.class)
                        .matches(e -> ((StorageException) e).retryable()));
    }

    @Test
    void aKilledServerIsUsedAgainAfterItsRestartWithoutOpeningTheStorageAnew() throws Exception {
        try (PostgresNode killed = PostgresNode.start(directory.resolve("first"));
                HikariDataSource pool = pool(killed.uri());
                SqlStorage storage = SqlStorage.open(pool, Catalog.of(Library.BOOKS))) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            List<String> acknowledged = saved(books, 50);
            killed.kill();
            unavailable(books);
            try (PostgresNode restarted = killed.again(directory.resolve("second"))) {
                assertThat(restarted.port()).isEqualTo(killed.port());
                assertTimeoutPreemptively(
                        LONG, () -> assertThat(existsAtLast(books, "b0")).isTrue());
                assertThat(acknowledged).allMatch(books::exists);
                storage.transact(unit -> {
                    unit.repository(Library.BOOKS).insert(Library.book("after"));
                    return unit;
                });
                assertThat(books.exists("after")).isTrue();
                assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
            }
        }
    }

    @Test
    void aPromotedStandbyIsFoundByAUrlThatNamesBothAndHasEveryAcknowledgedWrite() throws Exception {
        try (PostgresNode primary = PostgresNode.start(directory.resolve("primary"));
                PostgresNode standby = primary.standby(directory.resolve("standby"))) {
            String both = "jdbc:postgresql://127.0.0.1:" + primary.port() + ",127.0.0.1:" + standby.port()
                    + "/postgres?user=postgres&targetServerType=primary&hostRecheckSeconds=1";
            try (HikariDataSource pool = pool(both);
                    SqlStorage storage = SqlStorage.open(pool, Catalog.of(Library.BOOKS))) {
                Repository<Library.Book> books = storage.repository(Library.BOOKS);
                List<String> acknowledged = saved(books, 50);
                try (HikariDataSource single = pool(standby.uri());
                        SqlStorage reading = SqlStorage.builder(single, Catalog.of(Library.BOOKS))
                                .missing(Missing.REFUSE)
                                .open()) {
                    assertThatExceptionOfType(StorageUnavailableException.class)
                            .isThrownBy(() -> reading.repository(Library.BOOKS).save(Library.book("refused")))
                            .withMessageContaining("standby");
                }
                primary.kill();
                unavailable(books);
                standby.execute("SELECT pg_promote(true, 60)");
                assertTimeoutPreemptively(
                        LONG, () -> assertThat(existsAtLast(books, "b0")).isTrue());
                assertThat(acknowledged).allMatch(books::exists);
                books.save(Library.book("after"));
                assertThat(books.exists("after")).isTrue();
            }
        }
    }
}
