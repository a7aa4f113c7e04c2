package io.storeway.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.testkit.engine.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The engines that the tests run on, each with its own file or database. */
enum Engine {
    SQLITE,
    H2,
    POSTGRESQL,
    /** With the Maven profile of the name. */
    MARIADB;

    private static final Map<Path, String> DATABASES = new ConcurrentHashMap<>();

    static Stream<Engine> running() {
        boolean mariaDb = Boolean.getBoolean("storeway.mariadb");
        return Stream.of(values()).filter(engine -> engine != MARIADB || mariaDb);
    }

    /** Those in which several units write at one time. */
    static Stream<Engine> concurrent() {
        return running().filter(engine -> engine != SQLITE);
    }

    /** Those that several processes use at one time. */
    static Stream<Engine> shared() {
        return running().filter(engine -> engine != H2);
    }

    /** Servers, which end statements that take too long. */
    static Stream<Engine> servers() {
        return concurrent().filter(engine -> engine != H2);
    }

    /** SQL that is written with the standard's quotes, in those of the engine. */
    String sql(String standard) {
        return this == MARIADB ? standard.replace('"', '`') : standard;
    }

    String dropIndex(String table, String index) {
        return sql("DROP INDEX \"" + index + "\"" + (this == MARIADB ? " ON \"" + table + "\"" : ""));
    }

    /** A URI that opens the engine with the settings that it has by itself. */
    String uri(Path directory) {
        return switch (this) {
            case SQLITE -> "jdbc:sqlite:" + directory.resolve("data.db");
            case H2 -> "jdbc:h2:file:" + directory.resolve("data");
            case POSTGRESQL ->
                DATABASES.computeIfAbsent(
                        directory, absent -> Engines.postgres().newDatabase());
            case MARIADB ->
                DATABASES.computeIfAbsent(directory, absent -> Engines.mariaDb().newDatabase());
        };
    }

    HikariDataSource dataSource(Path directory) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(uri(directory)
                + (this == SQLITE ? "?journal_mode=WAL&busy_timeout=10000" : this == H2 ? ";WRITE_DELAY=0" : ""));
        config.setMaximumPoolSize(10);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    /** Runs statements, each in a transaction of its own. */
    static void execute(HikariDataSource pool, String... statements) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** A storage that closes its pool. */
    SqlStorage open(Path directory, Catalog catalog) {
        HikariDataSource pool = dataSource(directory);
        return SqlStorage.builder(pool, catalog).owning(pool).open();
    }
}
