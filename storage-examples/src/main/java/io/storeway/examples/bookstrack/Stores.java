package io.storeway.examples.bookstrack;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MvStore;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.RoutedStorageBuilder;
import io.storeway.sql.SqlStorage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** Where the service keeps its data: blobs in a key-value store, and tables in SQLite. */
record Stores(MvStore blobs, KvStorage kv, HikariDataSource database, SqlStorage sql, Clock clock)
        implements AutoCloseable {

    /** Opens both in a folder. */
    static Stores open(Path folder, Clock clock) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:sqlite:" + folder.resolve("bookstrack.db")
                + "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000&foreign_keys=true&transaction_mode=IMMEDIATE");
        config.setMaximumPoolSize(8);
        HikariDataSource database = new HikariDataSource(config);
        MvStore blobs = MvStore.open(folder.resolve("bookstrack.mv"));
        return new Stores(
                blobs,
                KvStorage.open(blobs, Bookstrack.CATALOG, clock),
                database,
                SqlStorage.builder(database, Bookstrack.CATALOG).clock(clock).open(),
                clock);
    }

    /** One storage over both, for an instance of the service. */
    RoutedStorageBuilder routed(String instance) {
        return RoutedStorage.between(kv, sql)
                .named("bookstrack")
                .controlledBy(sql)
                .instance(instance)
                .clock(clock)
                .heartbeat(Duration.ofMillis(100))
                .shadowSample(100);
    }

    @Override
    public void close() {
        sql.close();
        kv.close();
        blobs.close();
        database.close();
    }
}
