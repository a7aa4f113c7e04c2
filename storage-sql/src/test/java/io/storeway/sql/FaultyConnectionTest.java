package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Health;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.StorageException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.testkit.data.NastyData;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import io.storeway.testkit.fault.FaultyDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;

/** Connections that break at each place of a write, on real engines. */
class FaultyConnectionTest {

    @TempDir
    Path folder;

    @EachEngine
    void aPoolBehindAWrapperGetsItsBrokenConnectionsBack(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(folder)) {
            SqlStorage.open(pool, Library.CATALOG).close();
            AtomicBoolean broken = new AtomicBoolean();
            FaultPlan plan = FaultPlan.none().when(FaultyDataSource.statement(sql -> broken.get()), Fault.FAIL_BEFORE);
            Storage storage = SqlStorage.open(FaultyDataSource.of(pool, plan).dataSource(), Library.CATALOG);
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            broken.set(true);
            assertThatThrownBy(() -> books.exists("1")).isInstanceOf(StorageException.class);
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
            broken.set(false);
            assertThat(books.exists("1")).isFalse();
        }
    }

    @EachEngine
    void aCommitThatIsCutHasAnUnknownOutcome(Engine engine) throws IOException {
        for (Fault fault : List.of(Fault.FAIL_BEFORE, Fault.FAIL_AFTER)) {
            try (HikariDataSource pool = engine.dataSource(Files.createDirectory(folder.resolve(fault.name())))) {
                SqlStorage.open(pool, Library.CATALOG).close();
                FaultPlan plan = FaultPlan.none().when(call -> call.verb().equals("commit"), fault);
                Storage storage =
                        SqlStorage.open(FaultyDataSource.of(pool, plan).dataSource(), Library.CATALOG);
                Repository<Library.Book> books = storage.repository(Library.BOOKS);
                assertThatThrownBy(() -> storage.transact(unit -> {
                            unit.repository(Library.BOOKS).insert(Library.book("1"));
                            unit.repository(Library.BOOKS).insert(Library.book("2"));
                            return true;
                        }))
                        .isInstanceOf(UnknownOutcomeException.class);
                plan.stop();
                assertThat(books.exists("1")).as("after " + fault).isEqualTo(fault == Fault.FAIL_AFTER);
            }
        }
    }

    @EachEngine
    void aStatementThatCommitsItselfAndIsCutHasAnUnknownOutcome(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(folder)) {
            SqlStorage.open(pool, Library.CATALOG).close();
            FaultPlan plan = FaultPlan.none()
                    .when(FaultyDataSource.statement(sql -> sql.startsWith("INSERT")), Fault.FAIL_AFTER)
                    .when(call -> call.verb().equals("commit"), Fault.FAIL_AFTER);
            Storage storage = SqlStorage.open(FaultyDataSource.of(pool, plan).dataSource(), Library.CATALOG);
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            assertThatThrownBy(() -> books.insert(Library.book("1"))).isInstanceOf(UnknownOutcomeException.class);
            plan.stop();
            assertThat(books.exists("1")).isTrue();
        }
    }

    @EachEngine
    void aBatchThatIsCutAtAnyStatementIsThereWholeOrNotAtAll(Engine engine) {
        List<Library.Book> batch = List.of(Library.book("1"), Library.book("2"), Library.book("3"));
        try (HikariDataSource pool = engine.dataSource(folder)) {
            SqlStorage.open(pool, Library.CATALOG).close();
            int cuts = 0;
            boolean cut = true;
            for (int at = 1; cut; at++) {
                FaultPlan plan = FaultPlan.none();
                Storage storage =
                        SqlStorage.open(FaultyDataSource.of(pool, plan).dataSource(), Library.CATALOG);
                Repository<Library.Book> books = storage.repository(Library.BOOKS);
                long before = plan.calls();
                plan.at(before + at, Fault.FAIL_AFTER);
                boolean acknowledged = insert(books, batch);
                cut = plan.calls() >= before + at;
                cuts += cut ? 1 : 0;
                plan.stop();
                // What is cut before its commit is done again on another connection.
                long there = books.all().allowScan().count();
                assertThat(there).isIn(0L, 3L);
                assertThat(acknowledged && there == 0)
                        .as("acknowledged and lost")
                        .isFalse();
                books.deleteAll(batch.stream().map(book -> Key.of(book.isbn())).toList());
            }
            assertThat(cuts).as("places where it was cut").isGreaterThanOrEqualTo(3);
        }
    }

    private static boolean insert(Repository<Library.Book> books, List<Library.Book> batch) {
        try {
            books.insertAll(batch);
            return true;
        } catch (StorageException e) {
            return false;
        }
    }

    @EachEngine
    void noTextOfAUserStandsInAStatement(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(folder)) {
            FaultyDataSource watched = FaultyDataSource.of(pool, FaultPlan.none());
            Repository<Library.Book> books =
                    SqlStorage.open(watched.dataSource(), Library.CATALOG).repository(Library.BOOKS);
            for (String text : NastyData.injections()) {
                Library.Book book = new Library.Book("canary " + text, "canary " + text, 1, text);
                books.save(book);
                assertThat(books.find(book.isbn())).contains(book);
                assertThat(books.where(Library.BOOKS.field(Library.Book::title).startsWith(book.title()))
                                .allowScan()
                                .count())
                        .isEqualTo(1);
            }
            assertThat(watched.statements())
                    .hasSizeGreaterThan(3 * NastyData.injections().size())
                    .noneMatch(statement -> statement.contains("canary"));
        }
    }

    @EachEngine
    void aConnectionThatBreaksWhenItIsOpenedGoesBackToItsPool(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(folder)) {
            FaultPlan plan = FaultPlan.none().at(1, Fault.FAIL_AFTER);
            assertThatThrownBy(
                            () -> FaultyDataSource.of(pool, plan).dataSource().getConnection())
                    .isInstanceOf(SQLException.class);
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        }
    }

    @EachEngine
    void aStorageWhoseReadsFailSaysThatItIsDown(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(folder);
                Storage storage = SqlStorage.open(pool, Library.CATALOG)) {
            FaultPlan plan = FaultPlan.none().when(call -> true, Fault.FAIL_AFTER);
            Storage faulty = Faults.of(plan).in(storage);
            assertThat(faulty.health().status()).isEqualTo(Health.Status.DOWN);
            plan.stop();
            assertThat(faulty.health().status()).isEqualTo(Health.Status.UP);
        }
    }
}
