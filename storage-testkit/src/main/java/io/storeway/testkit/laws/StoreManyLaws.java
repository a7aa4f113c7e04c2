package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.Capability;
import io.storeway.error.VersionConflictException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Calls with more keys than an engine takes at once, which a store must split without the caller noticing. */
final class StoreManyLaws {

    /** More than the 1,000 that many engines take in a page or a list of parameters, and not a multiple of it. */
    private static final int MANY = 2_500;

    private StoreManyLaws() {}

    static List<Law> all() {
        return List.of(
                Law.ofStores(
                        "K28-many",
                        "thousands of keys are written, read, listed and purged as a few are",
                        KeyValueLaws.WRITES,
                        StoreManyLaws::many),
                Law.ofStores(
                        "K08-each",
                        "writeEach makes all writes, and the last one of a key stays",
                        KeyValueLaws.WRITES,
                        StoreManyLaws::each));
    }

    private static void many(StoreContext context) {
        context.withStore(store -> {
            List<Write> writes = IntStream.range(0, MANY)
                    .mapToObj("k%05d"::formatted)
                    .map(key -> new Write(key, KeyValueLaws.bytes(key), null, stays(key) ? null : LawTypes.NOW))
                    .toList();
            List<String> keys = writes.stream().map(Write::key).toList();
            if (store.capabilities().has(Capability.UNITS_OF_WORK)) {
                store.commit(List.of(), writes);
            } else {
                store.writeEach(writes);
            }
            List<String> backwards = new ArrayList<>(keys);
            Collections.reverse(backwards);
            assertThat(store.getAll(backwards).stream().map(KeyValueLaws::text))
                    .as("%d entries read at once", MANY)
                    .containsExactlyElementsOf(backwards);
            for (int limit : new int[] {1_000, MANY, Integer.MAX_VALUE}) {
                assertThat(KeyValueLaws.keys(store, "k", limit))
                        .as("in parts of %d", limit)
                        .isEqualTo(keys);
                context.effective(1);
            }
            if (store.capabilities().has(Capability.UNITS_OF_WORK)
                    && store.capabilities().has(Capability.CONDITIONAL_WRITES)) {
                deleteOnAnUnmetExpectation(store, keys);
                assertThat(KeyValueLaws.keys(store, "k", MANY)).isEqualTo(keys);
            }
            List<String> staying = keys.stream().filter(StoreManyLaws::stays).toList();
            assertThat(store.purge(LawTypes.NOW)).as("purged").isEqualTo(MANY - staying.size());
            assertThat(KeyValueLaws.keys(store, "k", MANY)).isEqualTo(staying);
            context.effective(MANY);
        });
    }

    private static boolean stays(String key) {
        return key.endsWith("9");
    }

    /** Of thousands of expectations the last one isn't met. */
    private static void deleteOnAnUnmetExpectation(KeyValueStore store, List<String> keys) {
        List<Expectation> expectations = new ArrayList<>();
        for (Entry entry : store.getAll(keys)) {
            expectations.add(new Expectation(keys.get(expectations.size()), KeyValueLaws.version(entry)));
        }
        expectations.set(MANY - 1, new Expectation(keys.get(MANY - 1), 0));
        List<Write> deletions = keys.stream().map(Write::delete).toList();
        assertThat(catchThrowable(() -> store.commit(expectations, deletions)))
                .as("the conflict of a commit of %d writes", MANY)
                .isInstanceOf(VersionConflictException.class);
    }

    private static void each(StoreContext context) {
        Write full = new Write("full", KeyValueLaws.bytes("v"), "{\"a\":1}", LawTypes.NOW);
        context.withStore(List.of(KeyValueLaws.put("kept"), KeyValueLaws.put("old")), store -> {
            store.writeEach(List.of());
            store.writeEach(List.of(
                    KeyValueLaws.put("twice", "1"),
                    full,
                    Write.delete("old"),
                    Write.delete("never there"),
                    KeyValueLaws.put("gone"),
                    Write.delete("back"),
                    KeyValueLaws.put("twice", "2"),
                    Write.delete("gone"),
                    KeyValueLaws.put("back")));
            assertThat(StoreLifecycleLaws.all(store))
                    .isEqualTo(StoreModel.shown(List.of(
                            KeyValueLaws.put("back"), full, KeyValueLaws.put("kept"), KeyValueLaws.put("twice", "2"))));
            context.effective(7);
        });
    }
}
