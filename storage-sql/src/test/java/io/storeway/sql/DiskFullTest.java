package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Repository;
import io.storeway.error.StorageUnavailableException;
import io.storeway.spi.KeyValueStore.Write;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A SQLite file that may not grow any more. */
class DiskFullTest {

    @TempDir
    Path directory;

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + directory.resolve("full.db") + "?journal_mode=WAL");
        config.setMaximumPoolSize(1);
        return new HikariDataSource(config);
    }

    private static void pages(HikariDataSource pool, int most) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA max_page_count = " + most);
        }
    }

    @Test
    void aFullDiskIsUnavailableNothingIsHalfDoneAndRoomIsUsedAtOnce() throws SQLException {
        List<Library.Book> many = IntStream.range(0, 500)
                .mapToObj(i -> new Library.Book("b" + i, "t".repeat(400), 2000, null))
                .toList();
        try (HikariDataSource pool = pool();
                SqlStorage storage = SqlStorage.open(pool, Catalog.of(Library.BOOKS))) {
            Repository<Library.Book> books = storage.repository(Library.BOOKS);
            books.insert(Library.book("first"));
            pages(pool, 20);
            assertThatExceptionOfType(StorageUnavailableException.class)
                    .isThrownBy(() -> books.insertAll(many))
                    .withMessageContaining("disk is full");
            assertThatExceptionOfType(StorageUnavailableException.class)
                    .isThrownBy(() -> books.insert(new Library.Book("big", "t".repeat(200_000), 2000, null)));
            assertThat(books.all().allowScan().count()).isOne();
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
            pages(pool, 10_000);
            books.insertAll(many);
            assertThat(books.all().allowScan().count()).isEqualTo(501);
        }
    }

    @Test
    void aCommitForWhichThereIsNoRoomIsUnavailableAndNotUnknown() throws SQLException {
        try (HikariDataSource pool = pool()) {
            AtomicBoolean full = new AtomicBoolean();
            SqlStorage storage = SqlStorage.open(refusingCommits(pool, full), Catalog.of(Library.BOOKS));
            full.set(true);
            assertThatExceptionOfType(StorageUnavailableException.class)
                    .isThrownBy(() -> storage.transact(unit -> {
                        unit.repository(Library.BOOKS).insert(Library.book("a"));
                        return unit;
                    }))
                    .withMessageContaining("disk is full");
            full.set(false);
            assertThat(storage.repository(Library.BOOKS).exists("a")).isFalse();
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        }
    }

    /** SQLite's answer to a COMMIT whose pages don't fit on the disk; the transaction stays open. */
    private static DataSource refusingCommits(DataSource pool, AtomicBoolean full) {
        return proxy(DataSource.class, (method, arguments) -> {
            Object answer = method.invoke(pool, arguments);
            return !(answer instanceof Connection connection)
                    ? answer
                    : proxy(Connection.class, (called, given) -> {
                        if (called.getName().equals("commit") && full.get()) {
                            throw new SQLException("[SQLITE_FULL] database or disk is full", null, 13);
                        }
                        return called.invoke(connection, given);
                    });
        });
    }

    private interface Call {
        @Nullable
        Object of(Method method, @Nullable Object @Nullable [] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> call.of(method, arguments)));
    }

    @Test
    void aKeyValueStoreOnAFullDiskKeepsWhatItHad() throws SQLException {
        try (HikariDataSource pool = pool();
                SqlKeyValueStore store = SqlKeyValueStore.open(pool)) {
            store.commit(List.of(), List.of(Write.put("k", new byte[10])));
            pages(pool, 20);
            assertThatExceptionOfType(StorageUnavailableException.class)
                    .isThrownBy(() -> store.commit(
                            List.of(), List.of(Write.put("k", new byte[20]), Write.put("big", new byte[200_000]))));
            assertThat(store.list("", null, 5).entries())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.value()).hasSize(10));
            pages(pool, 10_000);
            store.commit(List.of(), List.of(Write.put("big", new byte[200_000])));
            assertThat(store.get("big")).isNotNull();
        }
    }
}
