package io.storeway.sql.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.sql.internal.connection.StatementCache.Kept;
import io.storeway.sql.internal.dialect.H2Dialect;
import io.storeway.sql.internal.dialect.PostgresDialect;
import io.storeway.sql.internal.dialect.SqliteDialect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatementCacheTest {

    @TempDir
    Path folder;

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + folder.resolve("data.db"));
        config.setMaximumPoolSize(1);
        return new HikariDataSource(config);
    }

    @Test
    void aStatementThatEndedIsTakenAgainAndOneInUseIsNot() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            StatementCache cache = new StatementCache(connection);
            Kept first = cache.take("SELECT 1");
            Kept second = cache.take("SELECT 1");
            assertThat(second).isNotSameAs(first);
            cache.giveBack("SELECT 1", first);
            assertThat(cache.take("SELECT 1")).isSameAs(first);
            cache.giveBack("SELECT 1", second);
            cache.giveBack("SELECT 1", first);
            assertThat(second.statement().isClosed()).isTrue();
            assertThat(first.statement().isClosed()).isFalse();
        }
    }

    @Test
    void theStatementThatIsLongestUnusedIsClosedForTheSixtyFifth() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            StatementCache cache = new StatementCache(connection);
            List<Kept> statements = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                statements.add(cache.take("SELECT " + i));
                cache.giveBack("SELECT " + i, statements.get(i));
            }
            cache.giveBack("SELECT 0", cache.take("SELECT 0"));
            cache.giveBack("SELECT 64", cache.take("SELECT 64"));
            assertThat(statements.get(1).statement().isClosed()).isTrue();
            assertThat(statements.get(0).statement().isClosed()).isFalse();
            assertThat(statements.get(2).statement().isClosed()).isFalse();
        }
    }

    @Test
    void aStatementThatIsGivenBackHoldsNoValues() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            StatementCache cache = new StatementCache(connection);
            Kept statement = cache.take("SELECT ?");
            statement.statement().setString(1, "secret");
            cache.giveBack("SELECT ?", statement);
            try (PreparedStatement again = cache.take("SELECT ?").statement();
                    ResultSet rows = again.executeQuery()) {
                assertThat(rows.getString(1)).isNull();
            }
        }
    }

    @Test
    void aPhysicalConnectionKeepsItsStatementsFromLoanToLoan() throws SQLException {
        try (HikariDataSource pool = pool()) {
            PhysicalConnections physical = new PhysicalConnections(new SqliteDialect());
            StatementCache first;
            try (Connection connection = pool.getConnection()) {
                first = physical.verified(connection);
                assertThat(first).isNotNull();
            }
            try (Connection connection = pool.getConnection()) {
                assertThat(physical.verified(connection)).isSameAs(first);
                pool.evictConnection(connection);
            }
            try (Connection connection = pool.getConnection()) {
                assertThat(physical.verified(connection)).isNotNull().isNotSameAs(first);
            }
        }
    }

    @Test
    void aConnectionThatIsNotHikarisOwnIsNotOpenedUp() throws SQLException {
        PhysicalConnections physical = new PhysicalConnections(new SqliteDialect());
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            assertThat(physical.verified(connection)).isNull();
        }
        try (HikariDataSource pool = pool();
                Connection connection = pool.getConnection()) {
            assertThat(new PhysicalConnections(new H2Dialect()).verified(connection))
                    .isNull();
            assertThat(new PhysicalConnections(new PostgresDialect()).verified(connection))
                    .isNull();
        }
    }
}
