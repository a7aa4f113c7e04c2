package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;

/** Several instances that start at once on a database that has no tables yet. */
class OpeningTogetherTest {

    private static final int INSTANCES = 8;
    private static final int ROUNDS = 2;

    @TempDir
    Path directory;

    private interface Start {
        AutoCloseable instance(int number) throws Exception;
    }

    /** Starts all at the same moment; the first failure is the test's. */
    private static void together(Start start) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(INSTANCES);
        CyclicBarrier atOnce = new CyclicBarrier(INSTANCES);
        List<Future<AutoCloseable>> starting = new ArrayList<>();
        for (int i = 0; i < INSTANCES; i++) {
            int number = i;
            starting.add(threads.submit(() -> {
                atOnce.await();
                return start.instance(number);
            }));
        }
        threads.shutdown();
        Throwable failure = null;
        for (Future<AutoCloseable> each : starting) {
            try {
                each.get().close();
            } catch (ExecutionException e) {
                failure = e.getCause();
            }
        }
        assertThat(failure).isNull();
    }

    @EachEngine
    void instancesWithPoolsOfTheirOwnMakeOneSchema(Engine engine) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Path fresh = directory.resolve("own" + round);
            Files.createDirectory(fresh);
            String uri = engine.uri(fresh);
            together(number -> {
                Storage storage = Storages.open(uri, Library.CATALOG);
                storage.repository(Library.BOOKS).insert(Library.book("book" + number));
                storage.replica().prepare(Catalog.internal().types());
                return storage;
            });
            try (Storage storage = Storages.open(uri, Library.CATALOG)) {
                assertThat(storage.repository(Library.BOOKS).all().allowScan().count())
                        .isEqualTo(INSTANCES);
                assertThat(SqlStorage.changes(uri, Library.CATALOG).changes()).isEmpty();
                assertThat(SqlStorage.changes(uri, Catalog.internal()).changes())
                        .isEmpty();
            }
        }
    }

    @EachEngine
    void storagesOverOnePoolMakeOneSchema(Engine engine) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Path fresh = directory.resolve("shared" + round);
            Files.createDirectory(fresh);
            try (HikariDataSource pool = engine.dataSource(fresh)) {
                together(number -> {
                    SqlStorage storage = SqlStorage.open(pool, Library.CATALOG);
                    storage.repository(Library.BOOKS).insert(Library.book("book" + number));
                    return storage;
                });
                assertThat(SqlStorage.changes(pool, Library.CATALOG).changes()).isEmpty();
            }
        }
    }

    @EachEngine
    void keyValueStoresMakeOneTable(Engine engine) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Path fresh = directory.resolve("kv" + round);
            Files.createDirectory(fresh);
            try (HikariDataSource pool = engine.dataSource(fresh)) {
                together(number -> {
                    SqlKeyValueStore store = SqlKeyValueStore.open(pool);
                    store.commit(List.of(), List.of(Write.put("key" + number, new byte[] {1})));
                    return store;
                });
                try (SqlKeyValueStore store = SqlKeyValueStore.open(pool)) {
                    assertThat(store.list("", null, 100).entries()).hasSize(INSTANCES);
                }
            }
        }
    }
}
