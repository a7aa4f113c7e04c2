package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.error.InvalidValueException;
import io.storeway.error.SchemaMismatchException;
import io.storeway.error.StorageClosedException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.io.TempDir;

/** What is peculiar to a store in a table; what every store keeps is shown by {@link SqlStoreKeyValueTest}. */
class SqlKeyValueStoreTest {

    private static final Instant NOW = Instant.parse("2026-11-21T05:00:00Z");

    private final ManualClock clock = new ManualClock(NOW);

    @TempDir
    Path directory;

    private void with(Engine engine, Consumer<KeyValueStore> test) {
        try (HikariDataSource pool = engine.dataSource(directory);
                SqlKeyValueStore store = SqlKeyValueStore.open(pool, "kv_store", clock)) {
            test.accept(store);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void put(KeyValueStore store, String key) {
        store.commit(List.of(), List.of(Write.put(key, bytes(key))));
    }

    private static Entry entry(KeyValueStore store, String key) {
        return Objects.requireNonNull(store.get(key));
    }

    private static List<String> keys(KeyValueStore store, String prefix, int limit) {
        List<String> keys = new ArrayList<>();
        String cursor = null;
        do {
            Listing page = store.list(prefix, cursor, limit);
            page.entries().forEach(entry -> keys.add(entry.key()));
            cursor = page.next();
        } while (cursor != null);
        return keys;
    }

    @EachEngine
    void versionsGrowAlsoOverDeletionPurgeAndSweep(Engine engine) {
        with(engine, store -> {
            List<Long> versions = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                put(store, "k");
                put(store, "k");
                versions.add(entry(store, "k").version());
                store.commit(List.of(new Expectation("k", entry(store, "k").version())), List.of(Write.delete("k")));
                assertThat(store.get("k")).isNull();
            }
            store.commit(List.of(), List.of(new Write("k", bytes("v"), null, clock.instant())));
            versions.add(entry(store, "k").version());
            assertThat(store.purge(clock.instant())).isOne();
            clock.advance(Duration.ofHours(25));
            assertThat(store.purge(clock.instant())).isZero();
            put(store, "k");
            versions.add(entry(store, "k").version());
            assertThat(versions).isSorted().doesNotHaveDuplicates().hasSize(5);
        });
    }

    @EachEngine
    void tombstonesAreSweptAfterADayAndNotBefore(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(directory);
                SqlKeyValueStore store = SqlKeyValueStore.open(pool, "entries", clock)) {
            IntStream.range(0, 20).forEach(i -> put(store, "k" + i));
            IntStream.range(0, 20)
                    .forEach(i -> store.commit(List.of(), List.of(Write.delete("k" + i), Write.delete("none"))));
            clock.advance(Duration.ofHours(23));
            store.purge(clock.instant());
            assertThat(rows(engine, pool)).isEqualTo(20);
            clock.advance(Duration.ofHours(2));
            store.purge(clock.instant());
            assertThat(rows(engine, pool)).isOne();
            assertThat(keys(store, "", 5)).isEmpty();
        }
    }

    private static int rows(Engine engine, HikariDataSource pool) {
        return Jdbi.create(pool)
                .withHandle(handle -> handle.createQuery(engine.sql("SELECT COUNT(*) FROM \"entries\""))
                        .mapTo(int.class)
                        .one());
    }

    @EachEngine
    void aTableOfOtherColumnsIsRefusedAndLeftAsItIs(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            Jdbi.create(pool)
                    .useHandle(handle -> handle.execute(
                            engine.sql("CREATE TABLE \"kv_store\" (\"key\" VARCHAR(9), \"value\" VARCHAR(9))")));
            assertThatExceptionOfType(SchemaMismatchException.class)
                    .isThrownBy(() -> SqlKeyValueStore.open(pool))
                    .withMessageContaining("kv_store.version");
            assertThatExceptionOfType(InvalidValueException.class)
                    .isThrownBy(() -> SqlKeyValueStore.open(pool, "x\"; DROP TABLE kv_store", clock));
        }
    }

    @EachEngine
    void aClosedStoreRefusesEverythingAndLeavesThePoolOpen(Engine engine) {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            SqlKeyValueStore store = SqlKeyValueStore.open(pool);
            put(store, "k");
            store.close();
            store.close();
            assertThatExceptionOfType(StorageClosedException.class).isThrownBy(() -> store.get("k"));
            assertThatExceptionOfType(StorageClosedException.class).isThrownBy(() -> put(store, "k"));
            try (SqlKeyValueStore again = SqlKeyValueStore.open(pool)) {
                assertThat(entry(again, "k").version()).isOne();
            }
        }
    }
}
