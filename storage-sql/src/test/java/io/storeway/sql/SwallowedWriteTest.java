package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.error.InvalidValueException;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.Applied;
import io.storeway.spi.ReplicaStore.Outcome;
import io.storeway.spi.Version;
import io.storeway.sql.Library.Member;
import io.storeway.sql.Library.Ticker;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Triggers and rules of the application that leave rows out without an error. */
class SwallowedWriteTest {

    private static final Catalog CATALOG = Catalog.of(Library.MEMBERS, Library.TICKERS);

    @TempDir
    Path directory;

    /** Makes a trigger that leaves the row out where a condition on it holds. */
    private static void swallow(
            HikariDataSource pool, Engine engine, String event, String table, String row, String value)
            throws SQLException {
        if (engine == Engine.SQLITE) {
            Engine.execute(
                    pool,
                    "CREATE TRIGGER swallow BEFORE " + event + " ON " + table + " WHEN " + row + " = '" + value
                            + "' BEGIN SELECT RAISE(IGNORE); END");
            return;
        }
        Engine.execute(
                pool,
                "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF " + row + " = '" + value
                        + "' THEN RETURN NULL; END IF; RETURN COALESCE(NEW, OLD); END $$",
                "CREATE TRIGGER swallow BEFORE " + event + " ON " + table + " FOR EACH ROW EXECUTE FUNCTION swallow()");
    }

    private static void leftOut(ThrowingCallable write) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(write)
                .withMessageContaining("a trigger or rule of the database")
                .withMessageNotContaining("gone");
    }

    private static Member member(String id) {
        return new Member(id, id + "@x");
    }

    @ParameterizedTest
    @EnumSource(
            value = Engine.class,
            names = {"SQLITE", "POSTGRESQL"})
    void aWriteThatATriggerLeavesOutIsRefused(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            SqlStorage.open(pool, CATALOG).close();
            swallow(pool, engine, "INSERT", "members", "NEW.id", "gone");
            try (SqlStorage storage = SqlStorage.open(pool, CATALOG)) {
                Repository<Member> members = storage.repository(Library.MEMBERS);
                leftOut(() -> members.insert(member("gone")));
                leftOut(() -> members.save(member("gone")));
                leftOut(() -> members.saveAll(List.of(member("a"), member("gone"), member("b"))));
                leftOut(() -> storage.transact(unit -> {
                    unit.repository(Library.MEMBERS).save(member("c"));
                    unit.repository(Library.MEMBERS).save(member("gone"));
                    return unit;
                }));
                assertThat(members.all().allowScan().count()).isZero();
                members.saveAll(List.of(member("a"), member("b")));
                assertThat(members.all().allowScan().count()).isEqualTo(2);
            }
        }
    }

    /** After a query, writes travel with the commit, as nothing said at opening that one may be left out. */
    @Test
    void aTriggerThatIsMadeLaterIsNoticedToo() throws SQLException {
        try (HikariDataSource pool = Engine.POSTGRESQL.dataSource(directory);
                SqlStorage storage = SqlStorage.open(pool, CATALOG)) {
            Engine.execute(
                    pool, "CREATE RULE swallow AS ON INSERT TO members WHERE NEW.id = 'gone' DO INSTEAD NOTHING");
            int[] runs = {0};
            leftOut(() -> storage.transact(unit -> {
                runs[0]++;
                assertThat(unit.repository(Library.MEMBERS).exists("a")).isFalse();
                unit.repository(Library.MEMBERS).insert(member("a"));
                unit.repository(Library.MEMBERS).insert(member("gone"));
                return unit;
            }));
            // What was sent with the commit can't be taken back, so the unit must not run again.
            assertThat(runs[0]).isEqualTo(1);
            assertThat(storage.repository(Library.MEMBERS).exists("a")).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Engine.class,
            names = {"SQLITE", "POSTGRESQL"})
    void aPartitionIsNotReplacedWhereATriggerKeepsARow(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory);
                SqlStorage storage = SqlStorage.open(pool, CATALOG)) {
            Repository<Ticker> tickers = storage.repository(Library.TICKERS);
            List<Ticker> before = List.of(new Ticker("1", "gone", null), new Ticker("1", "SPY", null));
            tickers.partition("1").replace(before);
            swallow(pool, engine, "DELETE", "tickers", "OLD.symbol", "gone");
            leftOut(() -> tickers.partition("1").replace(List.of(new Ticker("1", "QQQ", null))));
            assertThat(tickers.partition("1").list()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Engine.class,
            names = {"SQLITE", "POSTGRESQL"})
    void aMigrationKeepsWhatIsLeftOutAsRefused(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            SqlStorage.open(pool, CATALOG).close();
            swallow(pool, engine, "INSERT", "members", "NEW.id", "gone");
            try (SqlStorage storage = SqlStorage.open(pool, CATALOG)) {
                List<PartitionState> states = new ArrayList<>();
                for (String id : List.of("a", "gone", "b")) {
                    PartitionState.Item item =
                            new PartitionState.Item(0, Library.MEMBERS.toRow(member(id)), () -> new byte[0]);
                    states.add(new PartitionState(Key.of(id), new Version(1, 1), List.of(item), List.of()));
                }
                List<Applied> applied = storage.replica().transact(unit -> unit.apply(Library.MEMBERS, states));
                assertThat(applied)
                        .extracting(Applied::outcome)
                        .containsExactly(Outcome.APPLIED, Outcome.REFUSED, Outcome.APPLIED);
            }
        }
    }
}
