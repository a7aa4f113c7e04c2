package io.storeway.examples.bookstrack;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MvStore;
import io.storeway.migrate.routing.RollbackPolicy;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.RoutedStorageBuilder;
import io.storeway.migrate.routing.StageAdvisor;
import io.storeway.spi.KeyValueStore;
import io.storeway.sql.SqlStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Where the service keeps its data: blobs in an MVStore file, and tables in SQLite. */
record Stores(MvStore blobs, KvStorage kv, HikariDataSource database, SqlStorage sql, Clock clock)
        implements AutoCloseable {

    /** The key of the flag that says how far reads should move. */
    static final String FLAG = "feature:enable_d1_reads";

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

    /**
     * One storage over both, for an instance of the service. It moves reads as the flag says, and back to the blobs by itself
     * if the tables answer worse.
     */
    RoutedStorageBuilder routed(String instance) {
        return RoutedStorage.between(kv, sql)
                .named("bookstrack")
                .controlledBy(sql)
                .instance(instance)
                .clock(clock)
                .advisedBy(StageAdvisor.key(blobs, FLAG))
                .rollback(RollbackPolicy.defaults())
                .heartbeat(Duration.ofMillis(100))
                .shadowSample(100);
    }

    /** Sets the flag, for example to {@code READ_NEW 10} (percent), or to {@code false}: read only the blobs. */
    void setFlag(String text) {
        blobs.commit(List.of(), List.of(KeyValueStore.Write.put(FLAG, text.getBytes(StandardCharsets.UTF_8))));
    }

    @Override
    public void close() {
        sql.close();
        kv.close();
        blobs.close();
        database.close();
    }
}
