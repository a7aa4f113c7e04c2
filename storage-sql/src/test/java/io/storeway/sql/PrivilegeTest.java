package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Repository;
import io.storeway.error.UnsupportedCapabilityException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Databases whose user may read and nothing else. */
class PrivilegeTest {

    private static final Catalog CATALOG = Catalog.of(Library.BOOKS, Library.MEMBERS);

    @TempDir
    Path directory;

    private static void execute(HikariDataSource pool, String... statements) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** A pool of a user who may read the books. */
    private HikariDataSource reader(Engine engine, HikariDataSource owner) throws SQLException {
        HikariConfig config = new HikariConfig();
        String uri = engine.uri(directory);
        config.setJdbcUrl(uri);
        switch (engine) {
            case POSTGRESQL -> {
                String role = "reader_" + Long.toHexString(System.nanoTime());
                execute(owner, "CREATE ROLE " + role, "GRANT SELECT ON books TO " + role);
                config.setConnectionInitSql("SET ROLE " + role);
            }
            case H2 -> {
                execute(owner, "CREATE USER reader PASSWORD 'p'", "GRANT SELECT ON \"books\" TO reader");
                config.setUsername("reader");
                config.setPassword("p");
            }
            case MARIADB -> {
                execute(
                        owner,
                        "CREATE USER reader@localhost IDENTIFIED BY 'p'",
                        "GRANT SELECT ON books TO reader@localhost");
                config.setJdbcUrl(uri.replaceFirst("\\?.*", ""));
                config.setUsername("reader");
                config.setPassword("p");
            }
            case SQLITE -> throw new IllegalArgumentException("SQLite has no users");
        }
        return new HikariDataSource(config);
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#concurrent")
    void aLackingPrivilegeIsNamedAndNotWorthAnotherTry(Engine engine) throws SQLException {
        try (HikariDataSource owner = engine.dataSource(directory);
                SqlStorage made = SqlStorage.open(owner, CATALOG);
                HikariDataSource reader = reader(engine, owner);
                SqlStorage storage = SqlStorage.open(reader, Catalog.of(Library.BOOKS))) {
            made.repository(Library.BOOKS).insert(Library.book("a"));
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            assertThat(books.exists("a")).isTrue();
            lacking(() -> books.insert(Library.book("secret")));
            lacking(() -> books.delete("a"));
            lacking(() -> storage.transact(unit -> {
                unit.repository(Library.BOOKS).save(Library.book("secret"));
                return unit;
            }));
            assertThat(made.repository(Library.BOOKS).all().allowScan().count()).isOne();
        }
    }

    private static void lacking(Runnable write) {
        assertThatExceptionOfType(UnsupportedCapabilityException.class)
                .isThrownBy(write::run)
                .matches(e -> !e.retryable())
                .withMessageContaining("user lacks the ")
                .withMessageContaining("books")
                .withMessageContaining("grant")
                .withMessageNotContainingAny("secret", "reader");
    }
}
