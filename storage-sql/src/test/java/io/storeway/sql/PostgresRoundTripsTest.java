package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.UnitOfWork;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.sql.Library.Member;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.fault.TcpProxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often work goes to PostgreSQL and back: writes of a unit wait for what comes next. */
class PostgresRoundTripsTest {

    private static final int TRIES = 10;

    private final String direct = Engines.postgres().newDatabase();
    private final URI server = URI.create(direct.substring("jdbc:".length()));
    private final TcpProxy proxy = TcpProxy.before(server.getHost(), server.getPort());
    private final Storage storage = Storages.open(
            direct.replace(server.getHost() + ":" + server.getPort(), "127.0.0.1:" + proxy.port()), Library.CATALOG);
    private final Repository<Member> members = storage.repository(Library.MEMBERS);

    @AfterEach
    void close() {
        storage.close();
        proxy.close();
    }

    private static Member member(String id) {
        return new Member(id, id + "@example.com");
    }

    /** The least of several, since a pool looks after its connections too. */
    private long ways(Runnable work) {
        return IntStream.range(0, TRIES)
                .mapToLong(i -> {
                    long before = proxy.roundTrips();
                    work.run();
                    return proxy.roundTrips() - before;
                })
                .min()
                .orElseThrow();
    }

    private long waysOfUnit(Consumer<UnitOfWork> work) {
        return ways(() -> storage.transact(unit -> {
            work.accept(unit);
            return true;
        }));
    }

    @Test
    void aWriteOfOneRecordTakesOne() {
        assertThat(ways(() -> members.save(member("m1")))).isEqualTo(1);
    }

    @Test
    void aUnitThatOnlyWritesTakesTwo() {
        assertThat(waysOfUnit(unit -> {
                    unit.repository(Library.MEMBERS).save(member("m1"));
                    unit.repository(Library.MEMBERS).save(member("m2"));
                    unit.repository(Library.BOOKS).save(Library.book("b1"));
                }))
                .isEqualTo(2);
        assertThat(members.find("m2")).isPresent();
    }

    @Test
    void manyWritesGoInParts() {
        assertThat(waysOfUnit(unit -> IntStream.range(0, 100)
                        .forEach(i -> unit.repository(Library.MEMBERS).save(member("m" + i)))))
                .isBetween(2L, 10L);
        assertThat(members.all().allowScan().count()).isEqualTo(100);
    }

    @Test
    void aUnitThatReadsFirstTakesOneMoreForAllItsWrites() {
        assertThat(waysOfUnit(unit -> {
                    assertThat(unit.repository(Library.BOOKS).find("b0")).isEmpty();
                    unit.repository(Library.MEMBERS).save(member("m1"));
                    unit.repository(Library.MEMBERS).save(member("m2"));
                }))
                .isEqualTo(2);
    }

    @Test
    void whatAUnitReadsIsWhatItHasWritten() {
        assertThat(waysOfUnit(unit -> {
                    unit.repository(Library.MEMBERS).save(member("m3"));
                    assertThat(unit.repository(Library.MEMBERS).find("m3")).isPresent();
                }))
                .isEqualTo(2);
    }

    @Test
    void aRefusalIsThatOfTheWriteAndNothingIsWritten() {
        members.insert(member("m1"));
        List<String> refusedAt = new ArrayList<>();
        assertThatThrownBy(() -> storage.transact(unit -> {
                    unit.repository(Library.BOOKS).save(Library.book("b1"));
                    try {
                        unit.repository(Library.MEMBERS).insert(member("m1"));
                    } catch (ConstraintViolationException e) {
                        refusedAt.add("insert");
                        throw e;
                    }
                    unit.repository(Library.BOOKS).save(Library.book("b2"));
                    return true;
                }))
                .isInstanceOfSatisfying(
                        ConstraintViolationException.class,
                        e -> assertThat(e.columns()).containsExactly("id"));
        assertThat(refusedAt).containsExactly("insert");
        assertThat(storage.repository(Library.BOOKS).all().allowScan().count()).isZero();
    }

    @Test
    void aDeadConnectionIsFoundByTheFirstWritesAndTheUnitRunsAgain() throws SQLException {
        for (int i = 0; i < TRIES; i++) {
            String id = "m" + i;
            members.save(member("warm"));
            try (Connection killer = DriverManager.getConnection(direct);
                    Statement statement = killer.createStatement()) {
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
            }
            storage.transact(unit -> {
                unit.repository(Library.MEMBERS).save(member(id));
                return true;
            });
            assertThat(members.find(id)).isPresent();
        }
    }

    private static void readAndSave(Storage storage, String id) {
        storage.transact(unit -> {
            assertThat(unit.repository(Library.MEMBERS).find("nobody")).isEmpty();
            unit.repository(Library.MEMBERS).save(member(id));
            return true;
        });
    }

    private Storage openWith(String setting) {
        return Storages.open(direct + (direct.contains("?") ? "&" : "?") + "options=-c%20" + setting, Library.CATALOG);
    }

    @Test
    void aServerThatTakesNoWritesIsUnavailableAndLeavesNoDoubt() {
        try (Storage standby = openWith("default_transaction_read_only=on")) {
            assertThatThrownBy(() -> readAndSave(standby, "m1")).isInstanceOf(StorageUnavailableException.class);
        }
        assertThat(members.find("m1")).isEmpty();
    }

    @Test
    void aRowThatIsHeldTooLongIsATimeoutAndLeavesNoDoubt() throws SQLException {
        members.insert(member("m1"));
        try (Storage hasty = openWith("lock_timeout=100");
                Connection holder = DriverManager.getConnection(direct);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT 1 FROM members FOR UPDATE");
            assertThatThrownBy(() -> readAndSave(hasty, "m1")).isInstanceOf(StorageTimeoutException.class);
        }
    }
}
