package io.storeway.sql;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.junit.KeyValueStoreConformanceTest;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store in a table on one of the engines; each fresh store is a table of its own. */
abstract class SqlStoreKeyValueTest extends KeyValueStoreConformanceTest {

    private final Engine engine;

    @TempDir
    Path folder;

    private HikariDataSource pool = new HikariDataSource();

    SqlStoreKeyValueTest(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void start() {
        pool = engine.dataSource(folder);
    }

    @AfterEach
    void stop() {
        pool.close();
    }

    @Override
    protected KeyValueFixture fixture() {
        return KeyValueFixture.at(n -> "kv" + n, table -> SqlKeyValueStore.open(pool, table, Clock.systemUTC()));
    }

    @Override
    protected int lists() {
        return 100;
    }
}
