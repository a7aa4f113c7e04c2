package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Repository;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.sql.internal.dialect.Failure;
import io.storeway.sql.internal.dialect.MariaDbDialect;
import io.storeway.sql.internal.dialect.Packet;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Databases whose user may read and nothing else. */
class PrivilegeTest {

    private static final Catalog CATALOG = Catalog.of(Library.BOOKS, Library.MEMBERS);

    @TempDir
    Path directory;

    /** A pool of a user who may read the books. */
    private HikariDataSource reader(Engine engine, HikariDataSource owner) throws SQLException {
        HikariConfig config = new HikariConfig();
        String uri = engine.uri(directory);
        config.setJdbcUrl(uri);
        switch (engine) {
            case POSTGRESQL -> {
                String role = "reader_" + Long.toHexString(System.nanoTime());
                Engine.execute(owner, "CREATE ROLE " + role, "GRANT SELECT ON books TO " + role);
                config.setConnectionInitSql("SET ROLE " + role);
            }
            case H2 -> {
                Engine.execute(owner, "CREATE USER reader PASSWORD 'p'", "GRANT SELECT ON \"books\" TO reader");
                config.setUsername("reader");
                config.setPassword("p");
            }
            case SQLITE, MARIADB -> throw new IllegalArgumentException(engine + " has no users here");
        }
        return new HikariDataSource(config);
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "POSTGRESQL"})
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

    /** The server of the tests runs without users. */
    @Test
    void whatMariaDbSaysOfAPrivilegeIsSaidWithoutTheUser() {
        Map.of(
                        1142,
                        "(conn=4) INSERT command denied to user 'reader'@'localhost' for table `shop`.`books`",
                        1143,
                        "(conn=4) SELECT command denied to user 'reader'@'localhost' for column 'isbn' in table 'books'",
                        1044,
                        "(conn=4) Access denied for user 'reader'@'localhost' to database 'shop'")
                .forEach((code, message) -> {
                    Failure failure =
                            new MariaDbDialect(true, Packet.UNKNOWN).classify(new SQLException(message, "42000", code));
                    assertThat(failure.sort()).isEqualTo(Failure.Sort.DECLINED);
                    assertThat(failure.advice())
                            .contains(
                                    code == 1142
                                            ? "INSERT on table `shop`.`books`"
                                            : code == 1143
                                                    ? "SELECT on column 'isbn' in table 'books'"
                                                    : "privilege on the database")
                            .endsWith("; grant it")
                            .doesNotContain("reader");
                });
    }
}
