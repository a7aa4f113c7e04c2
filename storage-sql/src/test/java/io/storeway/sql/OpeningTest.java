package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Capability;
import io.storeway.Missing;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnsupportedCapabilityException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

class OpeningTest {

    @TempDir
    Path directory;

    private static HikariDataSource pool(String url, int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(1000);
        return new HikariDataSource(config);
    }

    @Test
    void foreignKeysThatAreOffAreSwitchedOnForEachConnection() throws SQLException {
        try (HikariDataSource pool = pool("jdbc:sqlite:" + directory.resolve("a.db") + "?foreign_keys=false", 3);
                SqlStorage storage = SqlStorage.open(pool, Library.CATALOG)) {
            try (Connection one = pool.getConnection();
                    Connection two = pool.getConnection();
                    Statement statement = two.createStatement()) {
                assertThat(one).isNotSameAs(two);
                statement.execute("PRAGMA foreign_keys = OFF");
                // The third connection has not been seen yet.
                assertThatExceptionOfType(ConstraintViolationException.class)
                        .isThrownBy(() ->
                                storage.repository(Library.LOANS).insert(new Library.Loan("nobody", "nothing", 1)))
                        .satisfies(e -> assertThat(e.kind()).isEqualTo(ConstraintKind.REFERENCE));
            }
        }
    }

    @Test
    void aConnectionInATransactionOfThePoolsMakingIsServedToo() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + directory.resolve("a.db") + "?foreign_keys=false");
        config.setAutoCommit(false);
        try (HikariDataSource pool = new HikariDataSource(config);
                SqlStorage storage = SqlStorage.open(pool, Library.CATALOG)) {
            storage.repository(Library.BOOKS).insert(Library.book("a"));
            assertThat(storage.repository(Library.BOOKS).exists("a")).isTrue();
            assertThatExceptionOfType(ConstraintViolationException.class)
                    .isThrownBy(() -> storage.repository(Library.LOANS).insert(new Library.Loan("x", "a", 1)));
        }
    }

    @Test
    void aPoolThatRollsNothingBackGetsNoOpenTransaction() throws SQLException {
        try (HikariDataSource pool = Engine.POSTGRESQL.dataSource(directory)) {
            BoundDataSource lending = new BoundDataSource(pool);
            try (Connection lent = lending.begin();
                    SqlStorage storage = SqlStorage.open(lending, Library.CATALOG)) {
                assertThatExceptionOfType(ConstraintViolationException.class)
                        .isThrownBy(() -> storage.repository(Library.BOOKS)
                                .insertAll(List.of(Library.book("a"), Library.book("b"), Library.book("a"))));
                assertThat(lent.unwrap(BaseConnection.class).getTransactionState())
                        .isEqualTo(TransactionState.IDLE);
            }
        }
    }

    @Test
    void anH2FileThatLosesCommitsIsRefusedUnlessTheLossIsAccepted() {
        String url = "jdbc:h2:" + directory.resolve("h");
        try (HikariDataSource pool = pool(url, 2)) {
            assertThatExceptionOfType(UnsupportedCapabilityException.class)
                    .isThrownBy(() -> SqlStorage.open(pool, Library.CATALOG))
                    .withMessageContaining("add ;WRITE_DELAY=0 to the URL");
            try (SqlStorage storage =
                    SqlStorage.builder(pool, Library.CATALOG).acceptLossOnKill().open()) {
                assertThat(storage.capabilities().reason(Capability.DURABLE))
                        .hasValueSatisfying(reason -> assertThat(reason).contains("500 ms"));
            }
        }
    }

    @EachEngine
    void capabilitiesDeclineWhatTheEngineLacksAndNothingElse(Engine engine) {
        try (SqlStorage storage = engine.open(directory, Library.CATALOG)) {
            assertThat(storage.name()).isEqualTo(engine.name().toLowerCase(Locale.ROOT));
            Set<Capability> declined = EnumSet.of(Capability.NEGATIVE_ZERO, Capability.PARTITION_VERSIONS);
            if (engine == Engine.POSTGRESQL) {
                declined.add(Capability.NUL_CHARACTERS);
            }
            assertThat(storage.capabilities().declared()).isEqualTo(EnumSet.complementOf(EnumSet.copyOf(declined)));
        }
    }

    @Test
    void cloudflareD1WithoutATokenNamesTheVariableAndAWrongUriItsForm() {
        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(() -> Storages.open("d1://account/database?tokenVariable=NO_SUCH_TOKEN", Library.CATALOG))
                .withMessageContaining("NO_SUCH_TOKEN");
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> Storages.open("d1://account", Library.CATALOG))
                .withMessageContaining("d1://ACCOUNT/DATABASE");
    }

    @Test
    void durabilityIsDeclinedWhereItIsNotGiven() {
        try (HikariDataSource off = pool("jdbc:sqlite:" + directory.resolve("o.db") + "?synchronous=OFF", 1);
                HikariDataSource memory = pool("jdbc:h2:mem:", 1)) {
            assertThat(SqlStorage.open(off, Library.CATALOG).capabilities().reason(Capability.DURABLE))
                    .hasValueSatisfying(reason -> assertThat(reason).contains("synchronous"));
            assertThat(SqlStorage.open(memory, Library.CATALOG).capabilities().reason(Capability.DURABLE))
                    .hasValueSatisfying(reason -> assertThat(reason).contains("in memory"));
        }
    }

    @Test
    void aReadOnlyDatabaseIsReadAndRefusesWrites() {
        Path file = directory.resolve("r.db");
        try (Storage storage = Storages.open("jdbc:sqlite:" + file, Library.CATALOG)) {
            storage.repository(Library.BOOKS).insert(Library.book("a"));
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + file + "?open_mode=1");
        config.setReadOnly(true);
        try (HikariDataSource pool = new HikariDataSource(config);
                SqlStorage storage = SqlStorage.open(pool, Library.CATALOG)) {
            assertThat(storage.capabilities().has(Capability.WRITES)).isFalse();
            assertThat(storage.repository(Library.BOOKS).exists("a")).isTrue();
            assertThatExceptionOfType(UnsupportedCapabilityException.class)
                    .isThrownBy(() -> storage.repository(Library.BOOKS).insert(Library.book("b")));
            boolean found =
                    storage.transact(unit -> unit.repository(Library.BOOKS).exists("a"));
            assertThat(found).isTrue();
        }
    }

    @EachEngine
    void storagesOpenByUriKeepTheirContentAndCloseTheirPool(Engine engine) {
        String uri = engine.uri(directory);
        try (Storage storage = Storages.open(uri, Library.CATALOG)) {
            assertThat(storage.capabilities().has(Capability.DURABLE)).isTrue();
            storage.repository(Library.BOOKS).insert(Library.book("a"));
        }
        try (Storage storage = Storages.open(uri, Library.CATALOG)) {
            assertThat(storage.repository(Library.BOOKS).exists("a")).isTrue();
        }
    }

    @Test
    void sqliteByUriRunsWithAWriteAheadLogAndFullSynchronisation() {
        Path file = directory.resolve("w.db");
        try (Storage storage = Storages.open("jdbc:sqlite:" + file, Library.CATALOG)) {
            storage.repository(Library.BOOKS).insert(Library.book("a"));
            String mode = Jdbi.create("jdbc:sqlite:" + file)
                    .withHandle(handle -> handle.createQuery("PRAGMA journal_mode")
                            .mapTo(String.class)
                            .one());
            assertThat(mode).isEqualTo("wal");
        }
    }

    @Test
    void inMemoryDatabasesOpenByUri() {
        for (String uri : new String[] {"jdbc:sqlite::memory:", "jdbc:h2:mem:", "jdbc:h2:mem:named"}) {
            try (Storage storage = Storages.open(uri, Library.CATALOG)) {
                storage.repository(Library.BOOKS).insert(Library.book("a"));
                assertThat(storage.repository(Library.BOOKS).exists("a")).isTrue();
                assertThat(storage.capabilities().has(Capability.DURABLE)).isFalse();
            }
        }
    }

    private static void declined(String uri, String advice) {
        assertThatExceptionOfType(UnsupportedCapabilityException.class)
                .isThrownBy(() -> Storages.open(uri, Library.CATALOG))
                .matches(e -> !e.retryable())
                .withMessageContaining(advice)
                .withMessageNotContaining("secret");
    }

    @Test
    void whatIsNoDatabaseIsRefusedWithAdviceAndNotWorthAnotherTry() throws IOException {
        Path text = Files.writeString(directory.resolve("text.db"), "no database ".repeat(100));
        declined("jdbc:sqlite:" + text, "not a SQLite database");
        Path h2 = directory.resolve("broken");
        Files.writeString(directory.resolve("broken.mv.db"), "no database ".repeat(1000));
        declined("jdbc:h2:" + h2, "damaged or no H2 file");
        declined("jdbc:h2:h2;PASSWORD=secret", "begins with ./ or ~/");
        declined(
                Engine.POSTGRESQL.uri(directory).replaceFirst("(//[^/]*/)[^?]*", "$1nowhere"),
                "there is no such PostgreSQL database");
    }

    @Test
    void anH2UrlThatLeadsNowhereIsSaidToBeWrong() {
        String url = "jdbc:h2:" + directory.resolve("h") + ";USER=u;PASSWORD=secret";
        declined(url + ";FOO=1", "H2 doesn't know the setting FOO of the URL");
        declined(url + ";IFEXISTS=TRUE", "the URL names an H2 database that isn't there");
        declined(url + ";FOO", "form jdbc:h2:PATH;SETTING=VALUE");
        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(() -> Storages.open(url + ";LOCK_TIMEOUT=abc", Library.CATALOG))
                .withMessageContaining("refuses the URL, one of its settings");
    }

    /** A storage, or the store of a key-value storage. */
    private static AutoCloseable open(String uri) {
        return uri.startsWith("kv+")
                ? new SqlKeyValueStoreProvider().open(uri, Missing.CREATE)
                : Storages.open(uri, Library.CATALOG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://[",
                "jdbc:postgresql://user:secret@[",
                "jdbc:postgresql://host:port/db?password=secret",
                "jdbc:postgresql://host/db?password=%secret",
                "jdbc:postgresql://host/db?password=secret&connectTimeout=abc",
                "kv+jdbc:postgresql://[",
                "jdbc:mariadb://[",
                "jdbc:mariadb:",
                "jdbc:mariadb://user:secret@host:99999/db",
                "jdbc:mariadb:nothing://host/db?password=secret",
                "jdbc:mariadb://host/db?password=secret&connectTimeout=abc",
                "jdbc:sqlite:?",
                "jdbc:sqlite::memory:?busy_timeout"
            })
    void aUrlThatItsDriverCannotReadIsRefusedWithoutRepeatingIt(String uri) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> open(uri))
                .withMessageContaining("its form is jdbc:")
                .withMessageEndingWith("[open]")
                .satisfies(e -> {
                    StringWriter trace = new StringWriter();
                    e.printStackTrace(new PrintWriter(trace));
                    assertThat(trace.toString()).doesNotContain("secret");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://localhost:1/db?constraints=enforced&password=secret",
                "jdbc:mariadb://localhost:1/db?password=secret&durability=sync",
                "kv+jdbc:mariadb://localhost:1/db?password=secret&durability=sync"
            })
    void anOptionOfKeyValueStoresIsRefusedInTheUrlOfADatabase(String uri) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> open(uri))
                .withMessageContaining("is no parameter of a SQL database")
                .withMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Oracle", "Derby", "MSSQLServer", "STRICT"})
    void anH2ModeThatAltersValuesOrRulesIsRefused(String mode) {
        declined("jdbc:h2:mem:" + mode + ";MODE=" + mode, "H2's mode " + mode);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DATABASE_TO_UPPER=FALSE",
                "DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
                "MODE=PostgreSQL",
                "MODE=MySQL"
            })
    void anH2DatabaseIsTakenWhateverItMakesOfNames(String settings) {
        String uri = "jdbc:h2:" + directory.resolve("h") + ";" + settings;
        for (int opened = 0; opened < 2; opened++) {
            try (Storage storage = Storages.open(uri, Library.CATALOG)) {
                storage.repository(Library.BOOKS).save(Library.book("a"));
                assertThat(storage.repository(Library.BOOKS).exists("a")).isTrue();
            }
        }
    }

    @Test
    void aSqliteFileWhoseTextHasAnotherOrderIsRefused() {
        String uri = "jdbc:sqlite:" + directory.resolve("utf16.db");
        Jdbi.create(uri).useHandle(handle -> {
            handle.execute("PRAGMA encoding = 'UTF-16le'");
            handle.execute("CREATE TABLE other (a)");
        });
        declined(uri, "keeps text as UTF-16le");
    }

    @Test
    void aSqliteFileIsNotMadeWhereItsDirectoryIsMissing() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        declined("jdbc:sqlite:" + file.resolve("x.db"), file + " does not exist");
        declined("jdbc:sqlite:" + directory.resolve("no/x.db"), directory.resolve("no") + " does not exist");
        declined("jdbc:sqlite:" + directory, directory + " is a directory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.db?constraints=enforced",
                "app.db?foo=1",
                "app.db?journal_mode=WAL&mode=ro",
                "app.db?foo",
                "app.db?mode=memory"
            })
    void aParameterThatSqliteDoesNotKnowIsRefusedBeforeAnyFileIsMade(String name) throws IOException {
        for (String uri : List.of(
                "jdbc:sqlite:" + directory.resolve(name), "jdbc:sqlite:file:" + directory.resolve("x.db?foo=1"))) {
            assertThatExceptionOfType(InvalidValueException.class)
                    .isThrownBy(() -> Storages.open(uri, Library.CATALOG))
                    .withMessageContaining("SQLite knows no parameter ")
                    .withMessageContaining("journal_mode, journal_size_limit")
                    .withMessageContaining("jdbc:sqlite:file:… also cache, immutable, mode");
            assertThatExceptionOfType(InvalidValueException.class)
                    .isThrownBy(() -> SqlStorage.changes(uri, Library.CATALOG));
        }
        try (Stream<Path> made = Files.list(directory)) {
            assertThat(made).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.db?journal_mode=WAL&busy_timeout=100",
                "a.db?Foreign_Keys=on&",
                "file:a.db?mode=rwc&cache=private"
            })
    void aParameterThatSqliteKnowsIsTaken(String name) throws IOException {
        String uri = "jdbc:sqlite:"
                + (name.startsWith("file:") ? "file:" + directory.resolve(name.substring(5)) : directory.resolve(name));
        Storages.open(uri, Library.CATALOG).close();
        try (Stream<Path> made = Files.list(directory)) {
            assertThat(made).contains(directory.resolve("a.db"));
        }
    }

    @Test
    void anH2TargetThatCannotBeWrittenIsRefusedWithAdvice() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(() -> Storages.open("jdbc:h2:" + file.resolve("x"), Library.CATALOG))
                .withMessageContaining("directory exists");
    }

    @Test
    void anExhaustedPoolIsATimeoutAndAClosedOneIsUnavailable() throws SQLException {
        HikariDataSource pool = pool("jdbc:sqlite:" + directory.resolve("p.db"), 1);
        SqlStorage storage = SqlStorage.open(pool, Library.CATALOG);
        try (Connection held = pool.getConnection()) {
            assertThat(held).isNotNull();
            assertThatExceptionOfType(StorageTimeoutException.class)
                    .isThrownBy(() -> storage.repository(Library.BOOKS).find("a"));
        }
        pool.close();
        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(() -> storage.repository(Library.BOOKS).find("a"));
    }

    @Test
    void anInterruptedThreadDoesNotCloseAnH2FileUnderTheOthers() {
        try (Storage storage = Storages.open("jdbc:h2:file:" + directory.resolve("i"), Library.CATALOG)) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            try {
                for (int i = 0; i < 20; i++) {
                    Thread.currentThread().interrupt();
                    books.insert(Library.book("b" + i));
                }
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            } finally {
                // The flag is the test's own.
                assertThat(Thread.interrupted()).isTrue();
            }
            assertThat(books.all().allowScan().count()).isEqualTo(20);
        }
    }
}
