package io.storeway.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.testkit.engine.Engines;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The engines that the tests run on, each with its own file or database. */
enum Engine {
    SQLITE,
    H2,
    POSTGRESQL;

    private static final Map<Path, String> DATABASES = new ConcurrentHashMap<>();

    HikariDataSource dataSource(Path directory) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(
                switch (this) {
                    case SQLITE ->
                        "jdbc:sqlite:" + directory.resolve("data.db") + "?journal_mode=WAL&busy_timeout=10000";
                    case H2 -> "jdbc:h2:" + directory.resolve("data") + ";WRITE_DELAY=0";
                    case POSTGRESQL ->
                        DATABASES.computeIfAbsent(
                                directory, absent -> Engines.postgres().newDatabase());
                });
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
