package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.error.InvalidValueException;
import io.storeway.error.SchemaMismatchException;
import io.storeway.error.StorageClosedException;
import io.storeway.error.VersionConflictException;
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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.io.TempDir;

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
    void anEntryComesBackWithAllItsParts(Engine engine) {
        with(engine, store -> {
            assertThat(store.get("k")).isNull();
            Instant expiresAt = NOW.plusMillis(1);
            store.commit(List.of(), List.of(new Write("k", new byte[] {0, -1}, "{\"é\":1}", expiresAt)));
            Entry entry = entry(store, "k");
            assertThat(entry.value()).containsExactly(0, -1);
            assertThat(entry.metadata()).isEqualTo("{\"é\":1}");
            assertThat(entry.expiresAt()).isEqualTo(expiresAt);
            put(store, "k");
            assertThat(entry(store, "k").metadata()).isNull();
            assertThat(entry(store, "k").expiresAt()).isNull();
            store.commit(List.of(), List.of(Write.put("empty", new byte[0])));
            assertThat(entry(store, "empty").value()).isEmpty();
            assertThat(store.getAll(List.of("none", "k", "", "\ud800", "k")))
                    .extracting(found -> found == null ? null : found.key())
                    .containsExactly(null, "k", null, null, "k");
        });
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
    void keysAreListedByTheirUtf8BytesUnderALiteralPrefix(Engine engine) {
        List<String> given =
                List.of("a", "B", "é", "\uffee", "😀", "a:", "a\u0000", "aa", "a%", "a_", "%", "\ud7ff1", "\ue000");
        with(engine, store -> {
            given.forEach(key -> put(store, key));
            List<String> sorted = new ArrayList<>(given);
            sorted.sort((a, b) -> Arrays.compareUnsigned(bytes(a), bytes(b)));
            assertThat(keys(store, "", 3)).containsExactlyElementsOf(sorted);
            assertThat(keys(store, "a", 1)).containsExactly("a", "a\u0000", "a%", "a:", "a_", "aa");
            assertThat(keys(store, "%", 2)).containsExactly("%");
            assertThat(keys(store, "\ud7ff", 2)).containsExactly("\ud7ff1");
            assertThat(keys(store, "\udbff\udfff", 2)).isEmpty();
            assertThat(store.list("a", null, Integer.MAX_VALUE).entries()).hasSize(6);
        });
    }

    @EachEngine
    void anUnmetExpectationChangesNothing(Engine engine) {
        with(engine, store -> {
            put(store, "a");
            long version = entry(store, "a").version();
            List<List<Expectation>> unmet = List.of(
                    List.of(new Expectation("a", 0)),
                    List.of(new Expectation("a", version + 1)),
                    List.of(new Expectation("b", 1)),
                    List.of(new Expectation("a", version), new Expectation("b", 1)));
            for (List<Expectation> expectations : unmet) {
                for (List<Write> writes : List.of(
                        List.<Write>of(),
                        List.of(Write.put("a", bytes("2"))),
                        List.of(Write.delete("a"), Write.put("b", bytes("2"))))) {
                    assertThatExceptionOfType(VersionConflictException.class)
                            .isThrownBy(() -> store.commit(expectations, writes));
                }
            }
            assertThat(entry(store, "a").version()).isEqualTo(version);
            assertThat(keys(store, "", 9)).containsExactly("a");
            store.commit(
                    List.of(new Expectation("a", version), new Expectation("b", 0), new Expectation("c", 0)),
                    List.of(Write.put("b", bytes("2"))));
            assertThat(keys(store, "", 9)).containsExactly("a", "b");
        });
    }

    @EachEngine
    void whatNoEntryHoldsIsRefusedBeforeAnyEffect(Engine engine) {
        String longest = "€".repeat(682) + "kk";
        with(engine, store -> {
            put(store, longest);
            assertThat(entry(store, longest).value()).isEqualTo(bytes(longest));
            for (Write bad : List.of(
                    Write.delete(""),
                    Write.put(longest + "k", new byte[0]),
                    Write.put("\ud800", new byte[0]),
                    new Write("k", new byte[0], null, Instant.ofEpochSecond(1, 1)),
                    new Write("k", new byte[0], "\"\ud800\"", null))) {
                assertThatExceptionOfType(InvalidValueException.class)
                        .isThrownBy(() -> store.commit(List.of(), List.of(Write.put("ok", new byte[0]), bad)));
            }
            assertThat(store.get("ok")).isNull();
        });
    }

    @EachEngine
    void purgeTakesWhatHasExpiredAndNothingElse(Engine engine) {
        with(engine, store -> {
            store.commit(
                    List.of(),
                    List.of(
                            new Write("past", new byte[1], null, NOW.minusMillis(1)),
                            new Write("now", new byte[1], null, NOW),
                            new Write("later", new byte[1], null, NOW.plusMillis(1)),
                            Write.put("never", new byte[1])));
            assertThat(store.get("past")).isNotNull();
            assertThat(store.purge(NOW)).isEqualTo(2);
            assertThat(keys(store, "", 10)).containsExactly("later", "never");
        });
    }

    @EachEngine
    void writersOfManyThreadsLoseNoUpdateAndCreateEachKeyOnce(Engine engine) {
        with(engine, store -> {
            List<Integer> created = together(8, thread -> {
                int first = 0;
                for (int i = 0; i < 20; i++) {
                    first += attempt(store, new Expectation("new" + i, 0), "new" + i) ? 1 : 0;
                    increment(store);
                }
                return first;
            });
            assertThat(created.stream().mapToInt(Integer::intValue).sum()).isEqualTo(20);
            assertThat(new String(entry(store, "n").value(), StandardCharsets.UTF_8))
                    .isEqualTo("160");
        });
    }

    private static boolean attempt(KeyValueStore store, Expectation expected, String key) {
        try {
            store.commit(List.of(expected), List.of(Write.put(key, bytes("v"))));
            return true;
        } catch (VersionConflictException e) {
            return false;
        }
    }

    private static void increment(KeyValueStore store) {
        while (true) {
            Entry before = store.get("n");
            int next = before == null ? 1 : Integer.parseInt(new String(before.value(), StandardCharsets.UTF_8)) + 1;
            try {
                store.commit(
                        List.of(new Expectation("n", before == null ? 0 : before.version())),
                        List.of(Write.put("n", bytes(Integer.toString(next)))));
                return;
            } catch (VersionConflictException e) {
                Thread.onSpinWait();
            }
        }
    }

    private interface Job {
        int run(int thread);
    }

    private static List<Integer> together(int threads, Job job) {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Integer>> work = new ArrayList<>();
            IntStream.range(0, threads).forEach(thread -> work.add(() -> job.run(thread)));
            List<Integer> results = new ArrayList<>();
            for (Future<Integer> done : executor.invokeAll(work)) {
                results.add(done.get());
            }
            return results;
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            executor.shutdownNow();
        }
    }

    /** Each of two writers expects the other's key to be absent; both must not succeed. */
    @EachEngine
    void anExpectationHoldsUntilTheCommitAlsoForAKeyThatIsNotWritten(Engine engine) {
        with(engine, store -> {
            for (int round = 0; round < 30; round++) {
                List<String> pair = List.of("x" + round, "y" + round);
                List<Integer> done = together(
                        2,
                        thread -> attempt(store, new Expectation(pair.get(1 - thread), 0), pair.get(thread)) ? 1 : 0);
                assertThat(done).contains(1);
                assertThat(store.getAll(pair)).containsOnlyOnce((Entry) null);
            }
        });
    }

    @EachEngine
    void readersNeverSeeAPartOfACommit(Engine engine) {
        with(engine, store -> {
            store.commit(List.of(), both(0));
            List<Integer> torn = together(2, thread -> {
                int seen = 0;
                for (int i = 1; i <= 100; i++) {
                    if (thread == 0) {
                        store.commit(List.of(), both(i));
                    } else {
                        List<Entry> found = store.list("", null, 10).entries();
                        seen += Arrays.equals(found.get(0).value(), found.get(1).value()) ? 0 : 1;
                    }
                }
                return seen;
            });
            assertThat(torn).containsExactly(0, 0);
        });
    }

    private static List<Write> both(int i) {
        byte[] value = bytes(Integer.toString(i));
        return List.of(Write.put("a", value), Write.put("b", value));
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
