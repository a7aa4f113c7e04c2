package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageClosedException;
import io.storeway.error.VersionConflictException;
import io.storeway.kv.internal.Keys;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store that can be written promises. */
abstract class KeyValueStoreContract {

    private KeyValueStore store = new MemoryStore();

    abstract KeyValueStore open();

    @BeforeEach
    void start() {
        store = open();
    }

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void missingKeyReadsAsAbsent() {
        assertThat(store.get("nothing")).isNull();
        assertThat(store.getAll(List.of("a", "b"))).containsExactly(null, null);
    }

    @Test
    void entryComesBackWithAllItsParts() {
        Instant expiresAt = Instant.parse("2025-11-21T00:00:00.123Z");
        store.commit(List.of(), List.of(new Write("k", new byte[] {0, -1}, "{\"a\":1}", expiresAt)));
        Entry entry = Objects.requireNonNull(store.get("k"));
        assertThat(entry.value()).containsExactly(0, -1);
        assertThat(entry.metadata()).isEqualTo("{\"a\":1}");
        assertThat(entry.expiresAt()).isEqualTo(expiresAt);
        assertThat(entry.version()).isPositive();
    }

    @Test
    void versionsAreNotReusedAfterDeletion() {
        Samples.put(store, "k", "1");
        long first = Objects.requireNonNull(store.get("k")).version();
        store.commit(List.of(), List.of(Write.delete("k")));
        Samples.put(store, "k", "1");
        assertThat(Objects.requireNonNull(store.get("k")).version()).isGreaterThan(first);
    }

    @Test
    void keysAreOrderedByUtf8Bytes() {
        List<String> keys = Arrays.asList("a", "B", "\u00e9", "\uffee", "\ud83d\ude00", "a:", "a\u0000", "aa");
        keys.forEach(key -> Samples.put(store, key, key));
        List<String> sorted = new ArrayList<>(keys);
        sorted.sort((a, b) ->
                Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
        assertThat(store.list("", null, 100).entries()).extracting(Entry::key).containsExactlyElementsOf(sorted);
    }

    @Test
    void listingIsLiteralAndPagedWithoutGaps() {
        IntStream.range(0, 25).forEach(i -> Samples.put(store, "p%:" + i, "v"));
        Samples.put(store, "p_:1", "v");
        Samples.put(store, "p", "v");
        List<String> keys = new ArrayList<>();
        Listing page = store.list("p%:", null, 1);
        while (true) {
            page.entries().forEach(entry -> keys.add(entry.key()));
            if (page.next() == null) {
                break;
            }
            page = store.list("p%:", page.next(), 7);
        }
        assertThat(keys).hasSize(25).doesNotHaveDuplicates().allMatch(key -> key.startsWith("p%:"));
    }

    @Test
    void commitWithAnUnmetExpectationChangesNothing() {
        Samples.put(store, "a", "1");
        List<Write> writes = List.of(Write.put("a", Samples.bytes("2")), Write.put("b", Samples.bytes("2")));
        assertThatThrownBy(() -> store.commit(List.of(new Expectation("a", 0)), writes))
                .isInstanceOf(VersionConflictException.class);
        assertThat(Samples.text(store, "a")).isEqualTo("1");
        assertThat(store.get("b")).isNull();
    }

    @Test
    void keysThatNoStoreHoldsAreRefusedBeforeAnyEffect() {
        String longest = "k".repeat(Keys.MAX_BYTES);
        Samples.put(store, longest, "v");
        assertThat(Samples.text(store, longest)).isEqualTo("v");
        for (String bad : List.of("", longest + "k", "\u20ac".repeat(Keys.MAX_BYTES / 3 + 1), "\ud800")) {
            assertThatThrownBy(() ->
                            store.commit(List.of(), List.of(Write.put("ok", new byte[0]), Write.put(bad, new byte[0]))))
                    .isInstanceOf(InvalidValueException.class);
        }
        assertThat(store.get("ok")).isNull();
    }

    @Test
    void purgeRemovesWhatHasExpiredAndNothingElse() {
        Instant now = Samples.NOW;
        store.commit(
                List.of(),
                List.of(
                        new Write("past", new byte[1], null, now.minusMillis(1)),
                        new Write("now", new byte[1], null, now),
                        new Write("later", new byte[1], null, now.plusMillis(1)),
                        Write.put("never", new byte[1])));
        assertThat(store.get("past")).isNotNull();
        assertThat(store.purge(now)).isEqualTo(2);
        assertThat(store.list("", null, 10).entries()).extracting(Entry::key).containsExactly("later", "never");
    }

    @Test
    void closedStoreRefusesEverythingAndClosesTwice() {
        store.close();
        store.close();
        assertThatThrownBy(() -> store.get("k")).isInstanceOf(StorageClosedException.class);
        assertThatThrownBy(() -> Samples.put(store, "k", "v")).isInstanceOf(StorageClosedException.class);
    }

    @Test
    void readersNeverSeeAPartOfACommit() throws Exception {
        store.commit(List.of(), both(0));
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Future<?> writer =
                    threads.submit(() -> IntStream.rangeClosed(1, 500).forEach(i -> store.commit(List.of(), both(i))));
            Callable<Integer> reader = () -> {
                int torn = 0;
                while (!writer.isDone()) {
                    List<Entry> found = store.list("", null, 10).entries();
                    torn += Arrays.equals(found.get(0).value(), found.get(1).value()) ? 0 : 1;
                    Entry early = Objects.requireNonNull(store.get("b"));
                    Entry late = Objects.requireNonNull(store.get("a"));
                    torn += late.version() < early.version() ? 1 : 0;
                }
                return torn;
            };
            for (Future<Integer> torn : threads.invokeAll(List.of(reader, reader))) {
                assertThat(torn.get()).isZero();
            }
            writer.get();
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Write> both(int i) {
        byte[] value = Samples.bytes(Integer.toString(i));
        return List.of(Write.put("a", value), Write.put("b", value));
    }

    @Test
    void eightThreadsLoseNoUpdateOfOneBlob() throws Exception {
        KvStorage storage = Samples.storage(store);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> work = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int thread = t;
                work.add(() -> {
                    for (int i = 0; i < 25; i++) {
                        storage.repository(Samples.LIBRARY)
                                .insert(new Samples.Shelf("u", thread + "-" + i, Samples.Status.completed, 3));
                    }
                    return true;
                });
            }
            for (Future<Boolean> done : threads.invokeAll(work)) {
                assertThat(done.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(storage.repository(Samples.LIBRARY).partition("u").count()).isEqualTo(200);
    }
}
