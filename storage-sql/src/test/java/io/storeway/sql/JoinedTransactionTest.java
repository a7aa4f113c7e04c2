package io.storeway.sql;

import static io.storeway.sql.Library.BOOKS;
import static io.storeway.sql.Library.LOANS;
import static io.storeway.sql.Library.MEMBERS;
import static io.storeway.sql.Library.TICKERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Key;
import io.storeway.Operations;
import io.storeway.Repository;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.TransactionFailedException;
import io.storeway.error.UnsupportedCapabilityException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinedTransactionTest {

    @TempDir
    Path directory;

    private @Nullable HikariDataSource pool;

    @AfterEach
    void close() {
        if (pool != null) {
            pool.close();
        }
    }

    private BoundDataSource dataSource(Engine engine) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(engine.uri(directory)
                + (engine == Engine.SQLITE
                        ? "?journal_mode=WAL&busy_timeout=200&foreign_keys=on"
                        : engine == Engine.H2 ? ";WRITE_DELAY=0" : ""));
        config.setMaximumPoolSize(4);
        pool = new HikariDataSource(config);
        return new BoundDataSource(pool);
    }

    private static SqlStorage joining(BoundDataSource dataSource) {
        return SqlStorage.builder(dataSource, Library.CATALOG)
                .joinTransactions()
                .open();
    }

    private static void addBook(Engine engine, Connection connection, String isbn) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    engine.sql("INSERT INTO \"books\" (\"isbn\", \"title\") VALUES ('" + isbn + "', 'by hand')"));
        }
    }

    @EachEngine
    void writesOfTheStorageAndOfTheApplicationCommitTogether(Engine engine) throws SQLException {
        BoundDataSource dataSource = dataSource(engine);
        SqlStorage storage = joining(dataSource);
        Connection transaction = dataSource.begin();
        addBook(engine, transaction, "by hand");
        storage.repository(BOOKS).insert(Library.book("by storage"));
        storage.transact(unit -> {
            unit.repository(MEMBERS).insert(new Library.Member("m", "mail"));
            unit.repository(LOANS).insert(new Library.Loan("m", "by storage", 3));
            return "";
        });
        storage.repository(TICKERS).partition("chat").append(new Library.Ticker("chat", "SPY", null));
        assertThat(outside(() -> storage.repository(BOOKS).all().allowScan().count()))
                .isZero();
        dataSource.commit();
        assertThat(storage.repository(BOOKS).find("by hand")).isPresent();
        assertThat(storage.repository(BOOKS).find("by storage")).isPresent();
        assertThat(storage.repository(LOANS).all().allowScan().count()).isEqualTo(1);
        assertThat(storage.repository(TICKERS).all().allowScan().count()).isEqualTo(1);
    }

    @EachEngine
    void writesOfTheStorageAndOfTheApplicationRollBackTogether(Engine engine) throws SQLException {
        BoundDataSource dataSource = dataSource(engine);
        SqlStorage storage = joining(dataSource);
        Connection transaction = dataSource.begin();
        addBook(engine, transaction, "by hand");
        storage.repository(BOOKS).saveAll(List.of(Library.book("one"), Library.book("two")));
        storage.transact(unit -> {
            unit.repository(MEMBERS).insert(new Library.Member("m", "mail"));
            return "";
        });
        assertThat(storage.repository(BOOKS).all().allowScan().count()).isEqualTo(3);
        dataSource.rollback();
        assertThat(storage.repository(BOOKS).all().allowScan().count()).isZero();
        assertThat(storage.repository(MEMBERS).all().allowScan().count()).isZero();
    }

    @EachEngine
    void aRefusedCallLeavesNothingBehindAndTheTransactionGoesOn(Engine engine) throws SQLException {
        BoundDataSource dataSource = dataSource(engine);
        SqlStorage storage = joining(dataSource);
        Repository<Library.Book> books = storage.repository(BOOKS);
        Repository<Library.Member> members = storage.repository(MEMBERS);
        Repository<Library.Loan> loans = storage.repository(LOANS);
        dataSource.begin();
        books.insert(Library.book("kept"));
        members.insert(new Library.Member("m", "mail"));
        assertThatThrownBy(() -> books.insertAll(List.of(Library.book("new"), Library.book("kept"))))
                .isInstanceOf(ConstraintViolationException.class);
        ConstraintViolationException broken = catchThrowableOfType(
                ConstraintViolationException.class, () -> loans.insert(new Library.Loan("m", "absent", 3)));
        assertThat(broken.columns()).containsExactly("isbn");
        assertThatThrownBy(() -> storage.transact(unit -> {
                    unit.repository(BOOKS).insert(Library.book("undone"));
                    throw new IllegalStateException("the application's own");
                }))
                .isInstanceOf(IllegalStateException.class);
        books.insert(Library.book("later"));
        dataSource.commit();
        assertThat(books.all().allowScan().list())
                .extracting(Library.Book::isbn)
                .containsExactlyInAnyOrder("kept", "later");
    }

    @EachEngine
    void outsideOfATransactionCallsAreUnitsOfTheirOwn(Engine engine) {
        BoundDataSource dataSource = dataSource(engine);
        SqlStorage storage = joining(dataSource);
        storage.repository(BOOKS).insert(Library.book("b"));
        assertThat(outside(() -> storage.repository(BOOKS).all().allowScan().count()))
                .isEqualTo(1);
    }

    @EachEngine
    void aStorageThatDoesNotJoinRefusesATransactionInsteadOfCommittingIt(Engine engine) throws SQLException {
        BoundDataSource dataSource = dataSource(engine);
        SqlStorage storage = SqlStorage.open(dataSource, Library.CATALOG);
        Connection transaction = dataSource.begin();
        addBook(engine, transaction, "by hand");
        assertThatThrownBy(() -> storage.repository(BOOKS).insert(Library.book("b")))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("joinTransactions()");
        dataSource.rollback();
        assertThat(storage.repository(BOOKS).all().allowScan().count()).isZero();
    }

    @EachEngine
    void makingTablesAndOpeningAreRefusedWithinATransaction(Engine engine) throws SQLException {
        BoundDataSource dataSource = dataSource(engine);
        SqlStorage storage = joining(dataSource);
        Connection transaction = dataSource.begin();
        addBook(engine, transaction, "by hand");
        assertThatThrownBy(() -> Operations.of(storage))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("before a transaction begins");
        assertThatThrownBy(() -> joining(dataSource))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("auto-commit off");
        dataSource.rollback();
        assertThat(storage.repository(BOOKS).all().allowScan().count()).isZero();
        Operations operations = Operations.of(storage);
        dataSource.begin();
        operations.run("once", unit -> {
            unit.repository(BOOKS).insert(Library.book("b"));
            return "";
        });
        dataSource.rollback();
        assertThat(operations.outcome("once")).isEmpty();
    }

    @Test
    void anotherWriterFailsTheTransactionWithoutAnAttemptOfItsOwn() throws SQLException {
        BoundDataSource dataSource = dataSource(Engine.SQLITE);
        SqlStorage storage = joining(dataSource);
        storage.repository(BOOKS).insert(Library.book("b"));
        dataSource.begin();
        assertThat(storage.repository(BOOKS).find("b")).isPresent();
        outside(() -> {
            storage.repository(BOOKS).save(Library.book("other"));
            return 1L;
        });
        assertThatThrownBy(() -> storage.repository(BOOKS).save(Library.book("b")))
                .isInstanceOf(TransactionFailedException.class)
                .hasMessageContaining("roll the transaction back");
        dataSource.rollback();
        assertThat(storage.repository(BOOKS).all().allowScan().count()).isEqualTo(2);
    }

    @Test
    void onSqliteForeignKeysHaveToBeOnBeforeTheTransaction() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(Engine.SQLITE.uri(directory) + "?journal_mode=WAL");
        config.setMaximumPoolSize(2);
        try (HikariDataSource own = new HikariDataSource(config)) {
            BoundDataSource dataSource = new BoundDataSource(own);
            SqlStorage storage = joining(dataSource);
            // The connection that the storage was opened with is lent already, so the transaction gets a fresh one.
            try (Connection held = own.getConnection()) {
                assertThat(held.getAutoCommit()).isTrue();
                dataSource.begin();
                assertThatThrownBy(() -> storage.repository(BOOKS).insert(Library.book("b")))
                        .isInstanceOf(StorageUnavailableException.class)
                        .hasMessageContaining("foreign_keys=on");
                dataSource.rollback();
            }
        }
    }

    private static long outside(Supplier<Long> call) {
        return CompletableFuture.supplyAsync(call).join();
    }

    @EachEngine
    void aRefusedBatchNamesTheRecordAlsoIfTheTransactionHasWrittenWhatIsInItsWay(Engine engine) throws SQLException {
        BoundDataSource dataSource = dataSource(engine);
        SqlStorage storage = joining(dataSource);
        dataSource.begin();
        storage.repository(MEMBERS).insert(new Library.Member("b", "mail"));
        assertThatThrownBy(() -> storage.repository(MEMBERS)
                        .insertAll(List.of(new Library.Member("a", "other"), new Library.Member("b", "mail"))))
                .isInstanceOfSatisfying(ConstraintViolationException.class, e -> {
                    assertThat(e.constraint()).isEqualTo("members_pk");
                    assertThat(e.context().key()).isEqualTo(Key.of("b").redacted());
                });
        dataSource.commit();
        assertThat(storage.repository(MEMBERS).all().allowScan().count()).isEqualTo(1);
    }
}
