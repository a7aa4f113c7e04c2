package io.storeway.examples.feargreedbot;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.Migration;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.sql.SqlStorage;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.StoreCall;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.FaultyDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.sql.DataSource;

/** A namespace in memory and a SQLite database of the bot, which a property empties before each try. */
final class World implements AutoCloseable {

    static final Instant NOW = Instant.parse("2025-11-21T00:00:00Z");

    final ManualClock clock = new ManualClock(NOW);
    final MemoryStore namespace = new MemoryStore();
    final Storage keyValue = KvStorage.open(namespace, BotSchema.CATALOG, clock);
    final Storage database;
    final FaultyDataSource connections;

    private final Path folder;
    private final HikariDataSource pool;
    private volatile Predicate<StoreCall> broken = call -> false;

    World() {
        try {
            folder = Files.createTempDirectory("bot");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + folder.resolve("bot.db"));
        config.addDataSourceProperty("journal_mode", "WAL");
        config.addDataSourceProperty("synchronous", "OFF");
        config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
        config.addDataSourceProperty("foreign_keys", "true");
        config.setMaximumPoolSize(2);
        pool = new HikariDataSource(config);
        connections = FaultyDataSource.of(pool, FaultPlan.none().when(call -> broken.test(call), Fault.FAIL_BEFORE));
        database = SqlStorage.builder(connections.dataSource(), BotSchema.CATALOG)
                .clock(clock)
                .open();
    }

    /** Connections of the database that don't break. */
    DataSource pool() {
        return pool;
    }

    Bot bot() {
        return new Bot(database, clock);
    }

    Migration migration() {
        return Migration.from(keyValue).to(database).clock(clock).build();
    }

    /** Empties both sides, and what a migration has noted. */
    void clear() {
        broken = call -> false;
        for (var page = namespace.list("", null, 1_000); !page.entries().isEmpty(); ) {
            namespace.commit(
                    List.of(),
                    page.entries().stream()
                            .map(entry -> Write.delete(entry.key()))
                            .toList());
            page = namespace.list("", null, 1_000);
        }
        List<String> tables = column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                + " ORDER BY name = 'users'");
        tables.forEach(table -> execute("DELETE FROM \"" + table + "\""));
    }

    /** Writes what the bot of old would have. */
    void write(Map<String, String> entries) {
        namespace.commit(
                List.of(),
                entries.entrySet().stream()
                        .map(entry -> Write.put(entry.getKey(), entry.getValue().getBytes(StandardCharsets.UTF_8)))
                        .toList());
    }

    /** From now on, connections break at these calls. */
    void breakAt(Predicate<StoreCall> calls) {
        broken = calls;
    }

    /** Runs a statement past the library. */
    void execute(String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How SQLite would run a statement; it asks for no parameters. */
    List<String> planOf(String sql) {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement("EXPLAIN QUERY PLAN " + sql);
                ResultSet rows = statement.executeQuery()) {
            List<String> steps = new ArrayList<>();
            while (rows.next()) {
                steps.add(rows.getString("detail"));
            }
            return steps;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of a query past the library. */
    List<String> column(String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        database.close();
        keyValue.close();
        pool.close();
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
