package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.util.List;
import java.util.stream.IntStream;

/** Checks that a key-value store refuses what it declines, by a typed error and before any effect. */
final class StoreRefusals {

    /** So many keys that they aren't all in one slot by chance. */
    private static final int APART = 64;

    private StoreRefusals() {}

    static void writes(StoreContext context) {
        context.withStore(List.of(KeyValueLaws.put("k")), store -> {
            String before = StoreLifecycleLaws.all(store);
            List<Runnable> calls = List.of(
                    () -> store.commit(List.of(), List.of(KeyValueLaws.put("k", "changed"))),
                    () -> store.commit(List.of(), List.of(Write.delete("k"))),
                    () -> store.commit(List.of(), List.of(KeyValueLaws.put("new"))),
                    () -> store.purge(LawTypes.NOW));
            for (Runnable call : calls) {
                assertThat(catchThrowable(call::run))
                        .as("a write to a store that is read-only")
                        .isInstanceOf(UnsupportedCapabilityException.class);
            }
            assertThat(StoreLifecycleLaws.all(store)).isEqualTo(before);
        });
    }

    static void conditions(StoreContext context) {
        context.withStore(List.of(KeyValueLaws.put("k")), store -> {
            long version = KeyValueLaws.version(store, "k");
            for (Expectation expected : List.of(new Expectation("k", version), new Expectation("k", 0))) {
                for (Write write : List.of(KeyValueLaws.put("k", "changed"), Write.delete("k"))) {
                    assertThat(catchThrowable(() -> store.commit(List.of(expected), List.of(write))))
                            .as("a commit on a condition that nobody watches")
                            .isInstanceOf(UnsupportedCapabilityException.class);
                }
            }
            assertThat(KeyValueLaws.text(store.get("k"))).isEqualTo("k");
        });
    }

    static void unitsOfWork(StoreContext context) {
        context.withStore(store -> {
            List<Write> writes = IntStream.range(0, APART)
                    .mapToObj(i -> KeyValueLaws.put("k" + i))
                    .toList();
            assertThat(catchThrowable(() -> store.commit(List.of(), writes)))
                    .as("a commit of keys that the store can't hold together")
                    .isInstanceOf(UnsupportedCapabilityException.class);
            assertThat(KeyValueLaws.keys(store, "", APART)).isEmpty();
        });
    }
}
