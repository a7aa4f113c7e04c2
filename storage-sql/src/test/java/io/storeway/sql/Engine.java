package io.storeway.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import java.nio.file.Path;

/** The engines that the tests run on, each with its own file. */
enum Engine {
    SQLITE,
    H2;

    HikariDataSource dataSource(Path directory) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(
                this == SQLITE
                        ? "jdbc:sqlite:" + directory.resolve("data.db") + "?journal_mode=WAL&busy_timeout=10000"
                        : "jdbc:h2:" + directory.resolve("data") + ";WRITE_DELAY=0");
        config.setMaximumPoolSize(10);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    /** A storage that closes its pool. */
    SqlStorage open(Path directory, Catalog catalog) {
        HikariDataSource pool = dataSource(directory);
        return SqlStorage.builder(pool, catalog).owning(pool).open();
    }
}
